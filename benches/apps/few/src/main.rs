#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let polar = polar_client::Polar::from_env()?;
    for checkout in polar.checkouts().list().limit(10).await? {
        println!("{}", checkout.id);
    }
    Ok(())
}
