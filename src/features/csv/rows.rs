use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{Cell, CellError, Cells, Row};

/// Defines a row type with a field for each known column. Former names of a column follow the field.
macro_rules! row {
    ($(#[$about:meta])* $name:ident { $($(#[$column:meta])* $field:ident: $ty:ty $(= [$($other:literal),+])?,)* }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$column])* pub $field: Option<$ty>,)*
            /// All cells with the names of their columns.
            pub cells: Cells,
        }

        impl Row for $name {
            fn from_cells(cells: Cells) -> Result<Self, CellError> {
                Ok(Self { $($field: cells.first_value(&[stringify!($field) $($(, $other)+)?])?,)* cells })
            }
        }
    };
}

/// Implements parsing of a cell for a type.
macro_rules! cell {
    ($ty:ty, $name:literal, $read:expr) => {
        impl Cell for $ty {
            const NAME: &'static str = $name;

            fn read(text: &str) -> Option<Self> {
                let read: fn(&str) -> Option<Self> = $read;
                read(text)
            }
        }
    };
    // Enumerations accept unknown values.
    ($ty:ty, $name:literal) => {
        cell!($ty, $name, |text| Some(text.into()));
    };
}

/// Adds the row type to the exports of a resource.
macro_rules! export {
    ($resource:ident, $row:ident) => {
        impl crate::resources::$resource::Export {
            /// Sends the request, and returns the rows as a stream.
            ///
            /// # Errors
            /// See [`Error`](crate::Error). If the connection breaks later, the stream yields an error.
            pub async fn rows(self) -> Result<super::Rows<$row>, crate::Error> {
                Ok(super::Rows::new(self.bytes_stream().await?))
            }
        }
    };
}

#[cfg(feature = "orders")]
row! {
    /// A row of `orders().export()`. Amounts are in units of the currency, not in minor units such as cents.
    OrderRow {
        /// The customer's email address.
        email: String,
        /// When the order was created.
        created_at: DateTime<Utc>,
        /// The name of the product.
        product: String,
        /// The amount without discounts and taxes, in units of the currency.
        subtotal_amount: Decimal = ["subtotal"],
        /// The discount, in units of the currency.
        discount_amount: Decimal = ["discount"],
        /// The amount paid without taxes, in units of the currency.
        net_amount: Decimal,
        /// The taxes, in units of the currency.
        tax_amount: Decimal = ["tax"],
        /// The amount paid, in units of the currency.
        total_amount: Decimal = ["total"],
        /// The amount refunded, in units of the currency.
        refunded_amount: Decimal = ["refunded"],
        /// The currency: `usd`.
        currency: String,
        /// The status.
        status: crate::types::OrderStatus,
        /// The number of the invoice.
        invoice_number: String,
        /// The customer's name.
        customer_name: String,
        /// The name on the invoice.
        billing_name: String,
        /// The country on the invoice.
        billing_country: String,
        /// The reason for the invoice, such as `purchase`.
        billing_reason: String,
    }
}
#[cfg(feature = "orders")]
export!(orders, OrderRow);
#[cfg(feature = "orders")]
cell!(crate::types::OrderStatus, "the status of an order");

#[cfg(feature = "subscriptions")]
row! {
    /// A row of `subscriptions().export()`. Amounts are in units of the currency, not in minor units such as cents.
    SubscriptionRow {
        /// The customer's email address.
        email: String,
        /// When it started.
        started_at: DateTime<Utc>,
        /// The name of the product.
        product: String,
        /// The price per interval, in units of the currency.
        amount: Decimal,
        /// The price per interval without discounts and taxes, in units of the currency.
        net_amount: Decimal,
        /// The currency: `usd`.
        currency: String,
        /// The status.
        status: crate::types::SubscriptionStatus,
        /// The billing interval, such as `month`.
        recurring_interval: String = ["billinginterval"],
        /// The customer's name.
        customer_name: String,
        /// The name on the invoice.
        billing_name: String,
        /// The country on the invoice.
        billing_country: String,
        /// The discount, as the API words it.
        discount: String,
        /// The number of seats.
        seats: Decimal,
        /// When the current period began.
        current_period_start: DateTime<Utc>,
        /// When the current period ends.
        current_period_end: DateTime<Utc>,
        /// True if there will be no period after the current one.
        cancel_at_period_end: bool,
        /// When it was canceled.
        canceled_at: DateTime<Utc>,
        /// When it will end.
        ends_at: DateTime<Utc>,
        /// When it ended.
        ended_at: DateTime<Utc>,
        /// The reason for the cancellation, such as `too_expensive`.
        cancellation_reason: String,
        /// When its trial began.
        trial_start: DateTime<Utc>,
        /// When its trial ends.
        trial_end: DateTime<Utc>,
    }
}
#[cfg(feature = "subscriptions")]
export!(subscriptions, SubscriptionRow);
#[cfg(feature = "subscriptions")]
cell!(crate::types::SubscriptionStatus, "the status of a subscription");

#[cfg(feature = "customers")]
row! {
    /// A row of `customers().export()`. Its columns may vary; see `cells`.
    CustomerRow {
        /// The customer's id.
        id: String = ["customerid"],
        /// The customer's id in your own system.
        external_id: String,
        /// The customer's email address.
        email: String,
        /// The customer's name.
        name: String = ["customername"],
    }
}
#[cfg(feature = "customers")]
export!(customers, CustomerRow);

#[cfg(feature = "metrics")]
row! {
    /// A row of `metrics().export()`: the metrics of a period. Amounts are in minor units, like those of `metrics().get()`.
    MetricsRow {
        /// When the period begins.
        timestamp: DateTime<Utc>,
        /// The column `Active Subscriptions`.
        active_subscriptions: Decimal,
        /// The column `Committed Subscriptions`.
        committed_subscriptions: Decimal,
        /// The column `Monthly Recurring Revenue`.
        monthly_recurring_revenue: Decimal,
        /// The column `Trialing MRR Including Cancelations`.
        trialing_mrr_including_cancelations: Decimal,
        /// The column `Committed Monthly Recurring Revenue`.
        committed_monthly_recurring_revenue: Decimal,
        /// The column `Trialing Monthly Recurring Revenue`.
        trialing_monthly_recurring_revenue: Decimal,
        /// The column `Average Revenue Per User`.
        average_revenue_per_user: Decimal,
        /// The column `Checkouts`.
        checkouts: Decimal,
        /// The column `Succeeded Checkouts`.
        succeeded_checkouts: Decimal,
        /// The column `Churned Subscriptions`.
        churned_subscriptions: Decimal,
        /// The column `Churn Rate`.
        churn_rate: Decimal,
        /// The column `Seat Count`.
        seat_count: Decimal,
        /// The column `Claimed Seats`.
        claimed_seats: Decimal,
        /// The column `Pending Seats`.
        pending_seats: Decimal,
        /// The column `Active Customers`.
        active_customers: Decimal,
        /// The column `New Customers`.
        new_customers: Decimal,
        /// The column `Churned Customers`.
        churned_customers: Decimal,
        /// The column `Orders`.
        orders: Decimal,
        /// The column `Revenue`.
        revenue: Decimal,
        /// The column `Net Revenue`.
        net_revenue: Decimal,
        /// The column `Cumulative Revenue`.
        cumulative_revenue: Decimal,
        /// The column `Net Cumulative Revenue`.
        net_cumulative_revenue: Decimal,
        /// The column `Costs`.
        costs: Decimal,
        /// The column `Cumulative Costs`.
        cumulative_costs: Decimal,
        /// The column `Average Order Value`.
        average_order_value: Decimal,
        /// The column `Net Average Order Value`.
        net_average_order_value: Decimal,
        /// The column `Cost Per User`.
        cost_per_user: Decimal,
        /// The column `Active User (By event)`.
        active_user_by_event: Decimal,
        /// The column `One-Time Products`.
        one_time_products: Decimal,
        /// The column `One-Time Products Revenue`.
        one_time_products_revenue: Decimal,
        /// The column `One-Time Products Net Revenue`.
        one_time_products_net_revenue: Decimal,
        /// The column `New Subscriptions`.
        new_subscriptions: Decimal,
        /// The column `New Subscriptions Revenue`.
        new_subscriptions_revenue: Decimal,
        /// The column `New Subscriptions Net Revenue`.
        new_subscriptions_net_revenue: Decimal,
        /// The column `Renewed Subscriptions`.
        renewed_subscriptions: Decimal,
        /// The column `Renewed Subscriptions Revenue`.
        renewed_subscriptions_revenue: Decimal,
        /// The column `Renewed Subscriptions Net Revenue`.
        renewed_subscriptions_net_revenue: Decimal,
        /// The column `Canceled Subscriptions`.
        canceled_subscriptions: Decimal,
        /// The column `Canceled Subscriptions - Customer Service`.
        canceled_subscriptions_customer_service: Decimal,
        /// The column `Canceled Subscriptions - Low Quality`.
        canceled_subscriptions_low_quality: Decimal,
        /// The column `Canceled Subscriptions - Missing Features`.
        canceled_subscriptions_missing_features: Decimal,
        /// The column `Canceled Subscriptions - Switched Service`.
        canceled_subscriptions_switched_service: Decimal,
        /// The column `Canceled Subscriptions - Too Complex`.
        canceled_subscriptions_too_complex: Decimal,
        /// The column `Canceled Subscriptions - Too Expensive`.
        canceled_subscriptions_too_expensive: Decimal,
        /// The column `Canceled Subscriptions - Unused`.
        canceled_subscriptions_unused: Decimal,
        /// The column `Canceled Subscriptions - Other`.
        canceled_subscriptions_other: Decimal,
        /// The column `Annual Recurring Revenue`.
        annual_recurring_revenue: Decimal,
        /// The column `Committed Annual Recurring Revenue`.
        committed_annual_recurring_revenue: Decimal,
        /// The column `Checkouts Conversion Rate`.
        checkouts_conversion_rate: Decimal,
        /// The column `Lifetime Value`.
        lifetime_value: Decimal,
        /// The column `Gross Margin`.
        gross_margin: Decimal,
        /// The column `Gross Margin %`.
        gross_margin_percent: Decimal,
        /// The column `Cashflow`.
        cashflow: Decimal,
        /// The column `Average Seats per Customer`.
        average_seats_per_customer: Decimal,
        /// The column `Seat Utilization Rate`.
        seat_utilization_rate: Decimal,
    }
}
#[cfg(feature = "metrics")]
export!(metrics, MetricsRow);

cell!(String, "a text", |text| Some(text.to_owned()));
cell!(i64, "an integer", |text| text.parse().ok());
// Small numbers are in scientific notation.
cell!(Decimal, "a decimal number", |text| text.parse().or_else(|_| Decimal::from_scientific(text)).ok());
cell!(DateTime<Utc>, "a time with its zone", |text| DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc()));
cell!(bool, "true or false", |text| text.to_ascii_lowercase().parse().ok());
