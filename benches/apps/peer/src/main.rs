#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    use polar_sh::{Polar, Resources as _, operations::ProductsListParams};
    let polar = Polar::new(std::env::var("POLAR_ACCESS_TOKEN")?);
    let params = ProductsListParams { limit: Some(10), ..Default::default() };
    for product in polar.products().list(&params).await?.items {
        println!("{}", product.name);
    }
    Ok(())
}
