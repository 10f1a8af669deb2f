#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let polar = polar_client::Polar::from_env()?;
    for product in polar.products().list().limit(10).await? {
        println!("{}", product.name);
    }
    Ok(())
}
