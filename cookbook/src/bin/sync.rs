//! Copies all orders into SQLite. It can be killed at any time, and resumes at the next start.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin sync -- orders.db
//! ```
//!
//! Run it again to copy new orders. With `--all`, it reads all orders again, since refunds change old ones. Without a
//! token, a demo is used. With `POLAR_ACCESS_TOKEN`, and `POLAR_SERVER=sandbox` for the sandbox, the orders of your own
//! account are copied.

use std::env;
use std::error::Error;
use std::path::Path;

use polar_client::types::{Order, OrderSortProperty};
use polar_client::{Page, Polar};
use polar_cookbook::Shop;
use rusqlite::{Connection, OptionalExtension, params};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let path = arguments.iter().find(|argument| *argument != "--all").map_or("orders.db", String::as_str);
    let mut database = Database::open(Path::new(path))?;
    if arguments.iter().any(|argument| argument == "--all") {
        database.start_over()?;
    }
    let shop = Shop::open()?;
    sync(&shop.polar, &mut database).await?;
    println!("{} orders are in {path}", database.count()?);
    Ok(())
}

/// Reads pages of orders, and stores each page together with its number.
async fn sync(polar: &Polar, database: &mut Database) -> Result<(), Box<dyn Error>> {
    // Sorted by age, so that new orders change only the last page. That page is therefore read again.
    let list = polar.orders().list().sorting([OrderSortProperty::CreatedAtAsc]).limit(100);
    let mut number = database.last_page()?.unwrap_or(1);
    let mut pages = list.pages().from_page(number);
    while let Some(page) = pages.try_next().await? {
        database.store(number, &page)?;
        println!("stored page {number} of {}", page.pagination.max_page);
        number += 1;
    }
    Ok(())
}

struct Database(Connection);

impl Database {
    fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "CREATE TABLE IF NOT EXISTS orders (
                 id TEXT PRIMARY KEY, created_at TEXT NOT NULL, status TEXT NOT NULL, net_cents INTEGER NOT NULL,
                 refunded_cents INTEGER NOT NULL, currency TEXT NOT NULL, customer_id TEXT NOT NULL, product_id TEXT
             );
             CREATE TABLE IF NOT EXISTS progress (last_page INTEGER NOT NULL);",
        )?;
        Ok(Self(connection))
    }

    fn last_page(&self) -> rusqlite::Result<Option<i64>> {
        self.0.query_row("SELECT last_page FROM progress", [], |row| row.get(0)).optional()
    }

    fn start_over(&self) -> rusqlite::Result<()> {
        self.0.execute("DELETE FROM progress", []).map(drop)
    }

    /// Stores a page and its number in one transaction.
    fn store(&mut self, number: i64, page: &Page<Order>) -> rusqlite::Result<()> {
        let transaction = self.0.transaction()?;
        for order in &page.items {
            transaction.execute(
                "INSERT OR REPLACE INTO orders VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    order.id.to_string(),
                    order.created_at.to_rfc3339(),
                    order.status.as_str(),
                    order.net_amount,
                    order.refunded_amount,
                    order.currency.as_str(),
                    order.customer_id.to_string(),
                    order.product_id.map(|id| id.to_string()),
                ],
            )?;
        }
        transaction.execute("DELETE FROM progress", [])?;
        transaction.execute("INSERT INTO progress VALUES (?1)", [number])?;
        transaction.commit()
    }

    fn count(&self) -> rusqlite::Result<i64> {
        self.0.query_row("SELECT count(*) FROM orders", [], |row| row.get(0))
    }
}
