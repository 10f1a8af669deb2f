fn main() {
    let portal = polar_client::CustomerPortal::new("polar_cst_x").unwrap();
    let _ = portal.members();
}
