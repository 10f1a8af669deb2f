//! Plots the revenue of the last twelve months, as SVG and as PNG.
//!
//! ```sh
//! cargo run --package polar-cookbook --bin revenue -- .
//! ```
//!
//! writes `revenue.svg` and `revenue.png` into a folder. Without a token, a demo is used. With `POLAR_ACCESS_TOKEN`,
//! and `POLAR_SERVER=sandbox` for the sandbox, the revenue of your own account is plotted.

use std::env;
use std::error::Error;
use std::path::PathBuf;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use polar_client::types::TimeInterval;
use polar_client::{NaiveDate, Polar, Utc};
use polar_cookbook::Shop;

const SIZE: (u32, u32) = (900, 420);
const BAR: RGBColor = RGBColor(0, 98, 255);
const TEXT: RGBColor = RGBColor(60, 64, 72);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let shop = Shop::open()?;
    let months = revenue(&shop.polar).await?;

    // The text in the PNG uses a bundled font.
    register_font("sans-serif", FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT)
        .map_err(|_| "the font is damaged")?;
    let (svg, png) = (folder.join("revenue.svg"), folder.join("revenue.png"));
    plot(&SVGBackend::new(&svg, SIZE).into_drawing_area(), &months)?;
    plot(&BitMapBackend::new(&png, SIZE).into_drawing_area(), &months)?;
    for (month, cents) in &months {
        println!("{} {:>10}.{:02}", month.format("%Y-%m"), cents / 100, cents % 100);
    }
    println!("plotted in {} and {}", svg.display(), png.display());
    Ok(())
}

/// Returns the first day of each month and its revenue, in minor units.
async fn revenue(polar: &Polar) -> Result<Vec<(NaiveDate, i64)>, Box<dyn Error>> {
    let today = Utc::now().date_naive();
    let start = today - chrono::Months::new(11);
    let metrics = polar.metrics().get(start, today, TimeInterval::Month).metrics(["revenue".to_owned()]).await?;
    let months = metrics.periods.into_iter().map(|period| {
        let cents = period.revenue.and_then(|cents| cents.as_f64()).unwrap_or_default();
        (period.timestamp.date_naive(), cents.round() as i64)
    });
    Ok(months.collect())
}

fn plot<B: DrawingBackend>(area: &DrawingArea<B, Shift>, months: &[(NaiveDate, i64)]) -> Result<(), Box<dyn Error>>
where
    B::ErrorType: 'static,
{
    let last = months.len().checked_sub(1).ok_or("there are no months")?;
    area.fill(&WHITE)?;
    let most = months.iter().map(|(_, cents)| *cents).max().unwrap_or_default();
    let mut chart = ChartBuilder::on(area)
        .caption("Revenue by month, in dollars", ("sans-serif", 24).into_font().color(&TEXT))
        .margin(20)
        .x_label_area_size(36)
        .y_label_area_size(72)
        .build_cartesian_2d((0..last).into_segmented(), 0..most / 100 * 11 / 10 + 1)?;
    let month = |segment: &SegmentValue<usize>| match segment {
        SegmentValue::CenterOf(index) => {
            months.get(*index).map_or_else(String::new, |(month, _)| month.format("%b %y").to_string())
        }
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .max_light_lines(1)
        .bold_line_style(TEXT.mix(0.15))
        .axis_style(TEXT.mix(0.4))
        .label_style(("sans-serif", 15).into_font().color(&TEXT))
        .x_labels(months.len())
        .x_label_formatter(&month)
        .y_label_formatter(&|dollars| format!("{dollars}"))
        .draw()?;
    chart.draw_series(months.iter().enumerate().map(|(index, (_, cents))| {
        let (left, right) = (SegmentValue::Exact(index), SegmentValue::Exact(index + 1));
        let mut bar = Rectangle::new([(left, 0), (right, cents / 100)], BAR.filled());
        bar.set_margin(0, 0, 8, 8);
        bar
    }))?;
    area.present()?;
    Ok(())
}
