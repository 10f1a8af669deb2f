fn main() {
    let polar = polar_client::Polar::new("polar_oat_x").unwrap();
    let _ = polar.downloadables();
}
