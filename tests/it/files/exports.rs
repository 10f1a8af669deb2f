//! Exports as CSV, and their rows.

use super::*;

fn recorded(operation: &str) -> Server {
    let recording = recordings::all()
        .responses
        .iter()
        .find(|recording| recording.operation_id.as_deref() == Some(operation) && recording.is_success());
    let recording = recording.expect("a recording").clone();
    server(move |_| recording.reply())
}

async fn read<R: polar_client::csv::Row>(mut rows: Rows<R>) -> Vec<Result<R, RowError>> {
    let mut all = Vec::new();
    while let Some(row) = rows.next().await {
        all.push(row);
    }
    all
}

fn decimal(text: &str) -> Option<Decimal> {
    Some(text.parse().expect("a decimal"))
}

#[tokio::test]
async fn recorded_exports_become_typed_rows() {
    let orders = client(&recorded("orders:export")).orders().export().rows().await.expect("rows");
    let orders: Vec<OrderRow> = read(orders).await.into_iter().collect::<Result<_, _>>().expect("orders");
    assert_eq!(orders.len(), 2);
    assert_eq!(orders[1].email.as_deref(), Some("ada@example.org"));
    assert_eq!(orders[1].net_amount, decimal("12.67"));
    assert_eq!(orders[0].created_at, Some("2026-11-20T11:07:58.783614Z".parse().expect("a time")));
    assert_eq!(orders[0].status, Some(OrderStatus::Paid));
    assert_eq!(orders[0].invoice_number.as_deref(), Some("ACME-XDJYZQDJLI-0001"));
    assert_eq!(orders[0].tax_amount, None);

    let rows = client(&recorded("subscriptions:export")).subscriptions().export().rows().await.expect("rows");
    let rows: Vec<_> = read(rows).await.into_iter().collect::<Result<_, _>>().expect("subscriptions");
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[6].amount, decimal("63.0"));
    assert_eq!(rows[0].recurring_interval.as_deref(), Some("day"));
    assert_eq!(rows[7].status, Some(SubscriptionStatus::Trialing));

    let server = recorded("metrics:export");
    let metrics = client(&server).metrics();
    let day = |text: &str| text.parse::<polar_client::NaiveDate>().expect("a day");
    let export = metrics.export(day("2026-11-20"), day("2026-11-01"), TimeInterval::Day);
    let rows: Vec<_> =
        read(export.rows().await.expect("rows")).await.into_iter().collect::<Result<_, _>>().expect("metrics");
    let last = rows.last().expect("a row");
    assert_eq!(rows.len(), 20);
    assert_eq!(last.timestamp, Some("2026-11-20T00:00:00Z".parse().expect("a time")));
    assert_eq!((last.revenue, last.costs), (decimal("40629"), decimal("6.25")));
    assert_eq!((last.gross_margin, last.gross_margin_percent), (decimal("40622.75"), decimal("0.9998461689925915")));
    assert_eq!(last.seat_utilization_rate, decimal("0.5"));
    // Every column has a field, so no field is `None`.
    assert!(!format!("{last:?}").contains("None"), "{last:?}");
}

#[tokio::test]
async fn an_export_without_rows_has_none() {
    for (text, count) in [("", 0), ("\u{feff}", 0), ("Email\n", 0), ("a", 0), ("a\nb", 1)] {
        let server = server(move |_| Reply::text(200, "text/csv", text));
        let stream = client(&server).orders().export().bytes_stream().await.expect("a stream");
        assert_eq!(read(Rows::<Cells>::new(stream)).await.len(), count, "{text:?}");
    }
}

const TRICKY: &str = "\u{feff}Email,NET AMOUNT,Rocket Fuel,Product\r\n\
    ada@example.org,12.67,full,\"Pro, \"\"annual\"\"\r\nfür alle\"\r\n\
    bob@example.org,,,Basic\n\
    eve@example.org,1E-7,\"\",Last";

#[tokio::test]
async fn rows_are_the_same_wherever_pieces_of_the_text_end() {
    for size in [1, 2, 3, 7, 64, 4096] {
        let server = server(move |_| Reply::text(200, "text/csv", TRICKY).chunked().drip(size, Duration::ZERO));
        let rows = client(&server).orders().export().rows().await.expect("rows");
        let rows: Vec<OrderRow> = read(rows).await.into_iter().collect::<Result<_, _>>().expect("orders");
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].email.as_deref(), Some("ada@example.org"));
        assert_eq!(rows[0].product.as_deref(), Some("Pro, \"annual\"\r\nfür alle"));
        assert_eq!((rows[0].net_amount, rows[1].net_amount), (decimal("12.67"), None));
        assert_eq!(rows[2].net_amount, decimal("0.0000001"));
        assert_eq!(rows[2].product.as_deref(), Some("Last"));
    }
}

#[tokio::test]
async fn unknown_columns_are_kept_and_missing_ones_are_none() {
    let server = server(|_| Reply::text(200, "text/csv", TRICKY));
    let rows = client(&server).customers().export().rows().await.expect("rows");
    let rows: Vec<_> = read(rows).await.into_iter().collect::<Result<_, _>>().expect("customers");
    assert_eq!(rows[0].email.as_deref(), Some("ada@example.org"));
    assert_eq!((&rows[0].name, &rows[0].external_id), (&None, &None));
    assert_eq!(rows[0].cells.get("rocket_fuel"), Some("full"));
    assert_eq!(rows[1].cells.get("Rocket Fuel"), Some(""));
    assert_eq!(rows[1].cells.get("Wings"), None);
    assert_eq!(rows[0].cells.value::<Decimal>("Net Amount"), Ok(decimal("12.67")));
    let names: Vec<&str> = rows[0].cells.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Email", "NET AMOUNT", "Rocket Fuel", "Product"]);
}

#[tokio::test]
async fn unreadable_row_is_an_error_and_the_stream_continues() {
    let text = "Email,Net Amount\na@x.org,1.5\nb@x.org,much\nc@x.org\nd@x.org,2,3\n\u{fffd},4\ne@x.org,5\n";
    let text = text.replace('\u{fffd}', "\u{1}").into_bytes();
    let text: Vec<u8> = text.into_iter().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
    let server = server(move |_| Reply::text(200, "text/csv", text.clone()));
    let rows = read(client(&server).orders().export().rows().await.expect("rows")).await;
    let shown: Vec<String> = rows
        .into_iter()
        .map(|row| match row {
            Ok(row) => row.net_amount.expect("an amount").to_string(),
            Err(error) => format!("{:#}", anyhow::Error::new(error)),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "1.5",
            "row 2 of the export cannot be read: `Net Amount` should be a decimal number, and is `much`",
            "row 3 of the export has 1 cells in 2 columns",
            "row 4 of the export has 3 cells in 2 columns",
            "row 5 of the export is not UTF-8",
            "5",
        ]
    );
}

#[tokio::test]
async fn an_export_that_breaks_off_ends_with_an_error() {
    let server = server(|_| Reply::text(200, "text/csv", "Email\na@x.org\nb@x.org\nc@x.org\n").truncate_after(17));
    let rows = read(client(&server).orders().export().rows().await.expect("rows")).await;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].as_ref().expect("a row").email.as_deref(), Some("a@x.org"));
    assert!(matches!(&rows[1], Err(RowError { row: 1, problem: RowProblem::Call(_), .. })), "{:?}", rows[1]);
}

#[tokio::test]
async fn a_row_without_an_end_is_refused_before_it_fills_the_memory() {
    let server = server(|_| Reply::text(200, "text/csv", format!("Email\na@x.org\n\"{}", "x".repeat(3 << 20))));
    let stream = client(&server).orders().export().bytes_stream().await.expect("a stream");
    let rows = read(Rows::<Cells>::new(stream)).await;
    assert_eq!(rows.len(), 2);
    assert!(matches!(&rows[1], Err(RowError { row: 2, problem: RowProblem::TooLong, .. })), "{:?}", rows[1]);
}
