//! Types as one would write them by hand for serde: the same properties and types as ours, but a union is a single
//! struct, in which properties that not all variants have are optional.
//!
//! Decimals are strings, and so are the two enumerations with hundreds of values.

// The values are decoded and dropped.
#![allow(dead_code)]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Number, Value};
use uuid::Uuid;

type Time = DateTime<Utc>;
type Metadata = BTreeMap<String, Value>;

macro_rules! enumerations {
    ($($name:ident: $($value:ident)*;)*) => {$(
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($value,)* #[serde(other)] Other }
    )*};
}

enumerations! {
    AmountType: Fixed Custom SeatBased MeteredUnit;
    BenefitType:
        Custom Discord GithubRepository Downloadables LicenseKeys MeterCredit FeatureFlag SlackSharedChannel;
    BillingReason: Purchase SubscriptionCreate SubscriptionCycle SubscriptionUpdate SubscriptionMeterCycle;
    CancellationReason:
        CustomerService LowQuality MissingFeatures SwitchedService TooComplex TooExpensive Unused;
    Conjunction: And Or;
    CustomFieldType: Text Number Date Checkbox Select;
    CustomerType: Individual Team;
    DiscountDuration: Once Forever Repeating;
    DiscountType: Fixed Percentage;
    EventSource: System User;
    FileService: ProductMedia;
    Function: Count Sum Max Min Avg Unique;
    Interval: Day Week Month Year;
    MeterUnit: Scalar Token Custom;
    Operator: Eq Ne Gt Gte Lt Lte Like NotLike;
    OrderStatus: Draft Pending Paid Refunded PartiallyRefunded Void;
    Permission: Pull Triage Push Maintain Admin;
    PriceSource: Catalog AdHoc;
    PriceType: OneTime Recurring;
    ProrationBehavior: Invoice Prorate NextPeriod Reset;
    SubscriptionStatus: Incomplete IncompleteExpired Trialing Active PastDue Canceled Unpaid Paused;
    TaxBehavior: Location Inclusive Exclusive;
    TierType: Volume Graduated;
    Timeframe: Year Month Day;
    Visibility: Draft Private Public;
}

#[derive(Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub pagination: Pagination,
}

#[derive(Deserialize)]
pub struct Pagination {
    pub has_next_page: Option<bool>,
    pub max_page: Option<i64>,
    pub total_count: Option<i64>,
}

#[derive(Deserialize)]
pub struct Order {
    pub applied_balance_amount: i64,
    pub billing_address: Option<Address>,
    pub billing_name: Option<String>,
    pub billing_reason: BillingReason,
    pub checkout_id: Option<Uuid>,
    pub created_at: Time,
    pub currency: String,
    pub custom_field_data: Option<Metadata>,
    pub customer: Customer,
    pub customer_id: Uuid,
    pub description: String,
    pub discount: Option<Discount>,
    pub discount_amount: i64,
    pub discount_id: Option<Uuid>,
    pub due_amount: i64,
    pub id: Uuid,
    pub invoice_number: Option<String>,
    pub is_invoice_generated: bool,
    pub items: Vec<OrderItem>,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub net_amount: i64,
    pub next_payment_attempt_at: Option<Time>,
    pub paid: bool,
    pub platform_fee_amount: i64,
    pub platform_fee_currency: Option<String>,
    pub product: Option<BareProduct>,
    pub product_id: Option<Uuid>,
    pub receipt_number: Option<String>,
    pub refundable_amount: i64,
    pub refundable_tax_amount: i64,
    pub refunded_amount: i64,
    pub refunded_tax_amount: i64,
    pub seats: Option<i64>,
    pub status: OrderStatus,
    pub subscription: Option<BareSubscription>,
    pub subscription_id: Option<Uuid>,
    pub subtotal_amount: i64,
    pub tax_amount: i64,
    pub total_amount: i64,
}

#[derive(Deserialize)]
pub struct OrderItem {
    pub amount: i64,
    pub created_at: Time,
    pub id: Uuid,
    pub label: String,
    pub modified_at: Option<Time>,
    pub product_price_id: Option<Uuid>,
    pub proration: bool,
    pub tax_amount: i64,
}

/// The subscription of an order.
#[derive(Deserialize)]
pub struct BareSubscription {
    pub amount: i64,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<Time>,
    pub checkout_id: Option<Uuid>,
    pub created_at: Time,
    pub currency: String,
    pub current_meter_period_end: Option<Time>,
    pub current_meter_period_start: Option<Time>,
    pub current_period_end: Time,
    pub current_period_start: Time,
    pub customer_cancellation_comment: Option<String>,
    pub customer_cancellation_reason: Option<CancellationReason>,
    pub customer_id: Uuid,
    pub discount_id: Option<Uuid>,
    pub ended_at: Option<Time>,
    pub ends_at: Option<Time>,
    pub id: Uuid,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub past_due_at: Option<Time>,
    pub pause_at_period_end: bool,
    pub paused_at: Option<Time>,
    pub product_id: Uuid,
    pub recurring_interval: Interval,
    pub recurring_interval_count: i64,
    pub resumes_at: Option<Time>,
    pub seats: Option<i64>,
    pub started_at: Option<Time>,
    pub status: SubscriptionStatus,
    pub trial_end: Option<Time>,
    pub trial_start: Option<Time>,
}

#[derive(Deserialize)]
pub struct Subscription {
    pub amount: i64,
    pub cancel_at_period_end: bool,
    pub canceled_at: Option<Time>,
    pub checkout_id: Option<Uuid>,
    pub created_at: Time,
    pub currency: String,
    pub current_meter_period_end: Option<Time>,
    pub current_meter_period_start: Option<Time>,
    pub current_period_end: Time,
    pub current_period_start: Time,
    pub custom_field_data: Option<Metadata>,
    pub customer: Customer,
    pub customer_cancellation_comment: Option<String>,
    pub customer_cancellation_reason: Option<CancellationReason>,
    pub customer_id: Uuid,
    pub discount: Option<Discount>,
    pub discount_id: Option<Uuid>,
    pub ended_at: Option<Time>,
    pub ends_at: Option<Time>,
    pub id: Uuid,
    pub metadata: Metadata,
    pub meters: Vec<SubscriptionMeter>,
    pub modified_at: Option<Time>,
    pub past_due_at: Option<Time>,
    pub pause_at_period_end: bool,
    pub paused_at: Option<Time>,
    pub pending_update: Option<PendingUpdate>,
    pub prices: Vec<Price>,
    pub product: Product,
    pub product_id: Uuid,
    pub recurring_interval: Interval,
    pub recurring_interval_count: i64,
    pub resumes_at: Option<Time>,
    pub seats: Option<i64>,
    pub started_at: Option<Time>,
    pub status: SubscriptionStatus,
    pub trial_end: Option<Time>,
    pub trial_start: Option<Time>,
}

#[derive(Deserialize)]
pub struct PendingUpdate {
    pub applies_at: Time,
    pub created_at: Time,
    pub id: Uuid,
    pub modified_at: Option<Time>,
    pub product_id: Option<Uuid>,
    pub seats: Option<i64>,
}

#[derive(Deserialize)]
pub struct SubscriptionMeter {
    pub amount: i64,
    pub consumed_units: Number,
    pub created_at: Time,
    pub credited_units: i64,
    pub id: Uuid,
    pub meter: Meter,
    pub meter_id: Uuid,
    pub modified_at: Option<Time>,
}

#[derive(Deserialize)]
pub struct Meter {
    pub aggregation: Aggregation,
    pub archived_at: Option<Time>,
    pub created_at: Time,
    pub custom_label: Option<String>,
    pub custom_multiplier: Option<i64>,
    pub filter: Filter,
    pub id: Uuid,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub name: String,
    pub organization_id: Uuid,
    pub unit: MeterUnit,
}

#[derive(Deserialize)]
pub struct Aggregation {
    pub func: Option<Function>,
    pub property: Option<String>,
}

/// A filter or a clause of a filter.
#[derive(Deserialize)]
pub struct Filter {
    pub clauses: Option<Vec<Filter>>,
    pub conjunction: Option<Conjunction>,
    pub operator: Option<Operator>,
    pub property: Option<String>,
    pub value: Option<Value>,
}

#[derive(Deserialize)]
pub struct Product {
    pub attached_custom_fields: Vec<AttachedCustomField>,
    pub benefits: Vec<Benefit>,
    pub created_at: Time,
    pub description: Option<String>,
    pub id: Uuid,
    pub is_archived: bool,
    pub is_recurring: bool,
    pub medias: Vec<Media>,
    pub metadata: Metadata,
    pub meter_interval: Option<Interval>,
    pub meter_interval_count: Option<i64>,
    pub modified_at: Option<Time>,
    pub name: String,
    pub organization_id: Uuid,
    pub prices: Vec<Price>,
    pub recurring_interval: Option<Interval>,
    pub recurring_interval_count: Option<i64>,
    pub trial_interval: Option<Interval>,
    pub trial_interval_count: Option<i64>,
    pub visibility: Visibility,
}

/// The product of an order or a discount.
#[derive(Deserialize)]
pub struct BareProduct {
    pub created_at: Time,
    pub description: Option<String>,
    pub id: Uuid,
    pub is_archived: bool,
    pub is_recurring: bool,
    pub metadata: Metadata,
    pub meter_interval: Option<Interval>,
    pub meter_interval_count: Option<i64>,
    pub modified_at: Option<Time>,
    pub name: String,
    pub organization_id: Uuid,
    pub recurring_interval: Option<Interval>,
    pub recurring_interval_count: Option<i64>,
    pub trial_interval: Option<Interval>,
    pub trial_interval_count: Option<i64>,
    pub visibility: Visibility,
}

#[derive(Deserialize)]
pub struct Price {
    pub amount_type: AmountType,
    pub cap_amount: Option<i64>,
    pub created_at: Time,
    pub id: Uuid,
    pub is_archived: bool,
    pub maximum_amount: Option<i64>,
    pub meter: Option<PriceMeter>,
    pub meter_id: Option<Uuid>,
    pub minimum_amount: Option<i64>,
    pub modified_at: Option<Time>,
    pub preset_amount: Option<i64>,
    pub price_amount: Option<i64>,
    pub price_currency: String,
    pub product_id: Uuid,
    pub recurring_interval: Option<Interval>,
    pub seat_tiers: Option<SeatTiers>,
    pub source: PriceSource,
    pub tax_behavior: Option<TaxBehavior>,
    pub r#type: PriceType,
    pub unit_amount: Option<String>,
}

#[derive(Deserialize)]
pub struct SeatTiers {
    pub maximum_seats: Option<i64>,
    pub minimum_seats: i64,
    pub seat_tier_type: Option<TierType>,
    pub tiers: Vec<SeatTier>,
}

#[derive(Deserialize)]
pub struct SeatTier {
    pub max_seats: Option<i64>,
    pub min_seats: i64,
    pub price_per_seat: i64,
}

#[derive(Deserialize)]
pub struct PriceMeter {
    pub custom_label: Option<String>,
    pub custom_multiplier: Option<i64>,
    pub id: Uuid,
    pub name: String,
    pub unit: MeterUnit,
}

#[derive(Deserialize)]
pub struct AttachedCustomField {
    pub custom_field: CustomField,
    pub custom_field_id: Uuid,
    pub order: i64,
    pub required: bool,
}

#[derive(Deserialize)]
pub struct CustomField {
    pub created_at: Time,
    pub id: Uuid,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub name: String,
    pub organization_id: Uuid,
    pub properties: CustomFieldProperties,
    pub slug: String,
    pub r#type: CustomFieldType,
}

#[derive(Deserialize)]
pub struct CustomFieldProperties {
    pub form_help_text: Option<String>,
    pub form_label: Option<String>,
    pub form_placeholder: Option<String>,
    pub ge: Option<i64>,
    pub le: Option<i64>,
    pub max_length: Option<i64>,
    pub min_length: Option<i64>,
    pub options: Option<Vec<SelectOption>>,
    pub textarea: Option<bool>,
}

#[derive(Deserialize)]
pub struct SelectOption {
    pub label: String,
    pub value: String,
}

#[derive(Deserialize)]
pub struct Media {
    pub checksum_etag: Option<String>,
    pub checksum_sha256_base64: Option<String>,
    pub checksum_sha256_hex: Option<String>,
    pub created_at: Time,
    pub id: Uuid,
    pub is_uploaded: bool,
    pub last_modified_at: Option<Time>,
    pub mime_type: String,
    pub name: String,
    pub organization_id: Uuid,
    pub path: String,
    pub public_url: String,
    pub service: FileService,
    pub size: i64,
    pub size_readable: String,
    pub storage_version: Option<String>,
    pub version: Option<String>,
}

#[derive(Deserialize)]
pub struct Benefit {
    pub created_at: Time,
    pub deletable: bool,
    pub description: String,
    pub id: Uuid,
    pub is_deleted: bool,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub organization_id: Uuid,
    pub properties: BenefitProperties,
    pub selectable: bool,
    pub r#type: BenefitType,
    pub visibility: Visibility,
    pub visibility_configurable: bool,
}

#[derive(Deserialize)]
pub struct BenefitProperties {
    pub activations: Option<Activations>,
    pub archive_on_revoke: Option<bool>,
    pub archived: Option<BTreeMap<String, bool>>,
    pub channel_name_template: Option<String>,
    pub expires: Option<Expiration>,
    pub files: Option<Vec<Uuid>>,
    pub guild_id: Option<String>,
    pub guild_token: Option<String>,
    pub kick_member: Option<bool>,
    pub limit_usage: Option<i64>,
    pub meter_id: Option<Uuid>,
    pub note: Option<String>,
    pub permission: Option<Permission>,
    pub prefix: Option<String>,
    pub private: Option<bool>,
    pub repository_name: Option<String>,
    pub repository_owner: Option<String>,
    pub role_id: Option<String>,
    pub rollover: Option<bool>,
    pub slack_integration_id: Option<Uuid>,
    pub team_invitees: Option<Vec<String>>,
    pub units: Option<i64>,
    pub welcome_message: Option<String>,
}

#[derive(Deserialize)]
pub struct Activations {
    pub enable_customer_admin: bool,
    pub limit: i64,
}

#[derive(Deserialize)]
pub struct Expiration {
    pub timeframe: Timeframe,
    pub ttl: i64,
}

#[derive(Deserialize)]
pub struct Customer {
    pub avatar_url: Option<String>,
    pub billing_address: Option<Address>,
    pub billing_name: Option<String>,
    pub created_at: Time,
    pub default_payment_method_id: Option<Uuid>,
    pub deleted_at: Option<Time>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub external_id: Option<String>,
    pub first_user_event_at: Option<Time>,
    pub id: Uuid,
    pub locale: Option<String>,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub name: Option<String>,
    pub organization_id: Uuid,
    pub tax_id: Option<(String, String)>,
    pub r#type: CustomerType,
}

#[derive(Deserialize)]
pub struct Address {
    pub city: Option<String>,
    pub country: String,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Deserialize)]
pub struct Discount {
    pub amount: Option<i64>,
    pub amounts: Option<BTreeMap<String, i64>>,
    pub basis_points: Option<i64>,
    pub code: Option<String>,
    pub created_at: Time,
    pub currency: Option<String>,
    pub duration: DiscountDuration,
    pub duration_in_months: Option<i64>,
    pub ends_at: Option<Time>,
    pub id: Uuid,
    pub max_redemptions: Option<i64>,
    pub max_redemptions_per_customer: Option<i64>,
    pub metadata: Metadata,
    pub modified_at: Option<Time>,
    pub name: String,
    pub organization_id: Uuid,
    pub products: Option<Vec<BareProduct>>,
    pub redemptions_count: i64,
    pub starts_at: Option<Time>,
    pub r#type: DiscountType,
}

#[derive(Deserialize)]
pub struct Event {
    pub child_count: Option<i64>,
    pub customer: Option<Customer>,
    pub customer_id: Option<Uuid>,
    pub external_customer_id: Option<String>,
    pub external_member_id: Option<String>,
    pub id: Uuid,
    pub label: String,
    pub member_id: Option<Uuid>,
    pub metadata: EventMetadata,
    pub name: String,
    pub organization_id: Uuid,
    pub parent_id: Option<Uuid>,
    pub source: EventSource,
    pub timestamp: Time,
}

/// The metadata of system events. `updated_fields` of an updated customer is left as JSON.
#[derive(Deserialize)]
pub struct EventMetadata {
    pub amount: Option<i64>,
    pub applied_balance_amount: Option<i64>,
    pub benefit_grant_id: Option<String>,
    pub benefit_id: Option<String>,
    pub benefit_type: Option<BenefitType>,
    pub billing_period_end: Option<String>,
    pub billing_type: Option<String>,
    pub cancel_at_period_end: Option<bool>,
    pub canceled_at: Option<String>,
    pub checkout_id: Option<String>,
    pub checkout_status: Option<String>,
    pub currency: Option<String>,
    pub customer_cancellation_comment: Option<String>,
    pub customer_cancellation_reason: Option<String>,
    pub customer_email: Option<String>,
    pub customer_external_id: Option<String>,
    pub customer_id: Option<String>,
    pub customer_name: Option<String>,
    pub discount_amount: Option<i64>,
    pub discount_id: Option<String>,
    pub dispute_id: Option<String>,
    pub ends_at: Option<String>,
    pub exchange_rate: Option<Number>,
    pub fee: Option<i64>,
    pub member_id: Option<String>,
    pub meter_id: Option<String>,
    pub net_amount: Option<i64>,
    pub new_period_end: Option<String>,
    pub new_product_id: Option<String>,
    pub new_seats: Option<i64>,
    pub old_period_end: Option<String>,
    pub old_product_id: Option<String>,
    pub old_seats: Option<i64>,
    pub order_created_at: Option<String>,
    pub order_id: Option<String>,
    pub past_due_at: Option<String>,
    pub paused_at: Option<String>,
    pub platform_fee: Option<i64>,
    pub presentment_amount: Option<i64>,
    pub presentment_currency: Option<String>,
    pub product_id: Option<String>,
    pub proration_behavior: Option<ProrationBehavior>,
    pub recurring_interval: Option<String>,
    pub recurring_interval_count: Option<i64>,
    pub refund_id: Option<String>,
    pub refundable_amount: Option<i64>,
    pub refunded_amount: Option<i64>,
    pub resumes_at: Option<String>,
    pub rollover: Option<bool>,
    pub seats: Option<i64>,
    pub started_at: Option<String>,
    pub subscription_id: Option<String>,
    pub tax_amount: Option<i64>,
    pub tax_country: Option<String>,
    pub tax_state: Option<String>,
    pub transaction_id: Option<String>,
    pub trial_end: Option<String>,
    pub units: Option<i64>,
    pub updated_fields: Option<Value>,
}
