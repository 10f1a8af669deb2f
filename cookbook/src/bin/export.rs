//! Writes all orders to a CSV file, with a progress bar.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin export -- orders.csv
//! ```
//!
//! Without a token, a demo is used. With `POLAR_ACCESS_TOKEN`, and `POLAR_SERVER=sandbox` for the sandbox, the orders
//! of your own account are exported.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use polar_client::Polar;
use polar_client::types::OrderSortProperty;
use polar_cookbook::Shop;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).map_or_else(|| PathBuf::from("orders.csv"), PathBuf::from);
    let shop = Shop::open()?;
    // The file gets its final name only when it is complete.
    let unfinished = path.with_extension("csv.part");
    let count = export(&shop.polar, &unfinished).await?;
    fs::rename(&unfinished, &path)?;
    println!("{count} orders are in {}", path.display());
    Ok(())
}

async fn export(polar: &Polar, path: &Path) -> Result<u64, Box<dyn Error>> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(["id", "created_at", "status", "net_cents", "currency", "customer_id", "email", "product"])?;

    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} orders, {eta} left")?;
    let progress = ProgressBar::no_length().with_style(style);
    // The oldest first, so that new orders are at the end.
    let list = polar.orders().list().sorting([OrderSortProperty::CreatedAtAsc]);
    let mut pages = list.limit(100).pages().read_ahead(2);
    while let Some(page) = pages.try_next().await? {
        progress.set_length(page.pagination.total_count.try_into()?);
        for order in page {
            file.write_record([
                order.id.to_string(),
                order.created_at.to_rfc3339(),
                order.status.to_string(),
                order.net_amount.to_string(),
                order.currency.to_string(),
                order.customer_id.to_string(),
                order.customer.email.unwrap_or_default(),
                order.product.map(|product| product.name).unwrap_or_default(),
            ])?;
            progress.inc(1);
        }
    }
    file.flush()?;
    progress.finish();
    Ok(progress.position())
}
