fn main() {
    let portal = polar_client::MemberPortal::new("polar_mst_x").unwrap();
    let _ = portal.discounts();
}
