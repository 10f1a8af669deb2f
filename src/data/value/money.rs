use std::fmt;

use rust_decimal::Decimal;

/// An amount of money with its currency, to be shown.
///
/// Amounts of the API are integers in the minor unit of their currency: cents of a dollar, but whole yen, which has no
/// smaller unit.
///
/// ```
/// use polar_client::Decimal;
/// use polar_client::value::Money;
///
/// assert_eq!(Money::new(1999, "usd").to_string(), "19.99 USD");
/// assert_eq!(Money::new(1999, "jpy").to_string(), "1999 JPY");
/// assert_eq!(Money::new(-5, "eur").to_decimal(), Decimal::new(-5, 2));
/// assert_eq!(Money::new(1999, "krw").minor_digits(), 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money<'a> {
    amount: i64,
    currency: &'a str,
}

/// The currencies without a minor unit. ISO 4217 has none for `isk` and `ugx`, either, but the API counts hundredths of
/// them, as its payment processor does.
const WITHOUT_MINOR_UNIT: [&str; 15] =
    ["bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"];

impl<'a> Money<'a> {
    /// Creates an amount in the minor unit of a currency, such as `order.total_amount` of `order.currency`. The
    /// currency is a code of ISO 4217, in any case.
    pub fn new(amount: i64, currency: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self { amount, currency: currency.as_ref() }
    }

    /// Returns the number of digits after the decimal point: 2 for most currencies, 0 for those without a minor unit.
    pub fn minor_digits(&self) -> u32 {
        match WITHOUT_MINOR_UNIT.iter().any(|code| code.eq_ignore_ascii_case(self.currency)) {
            true => 0,
            false => 2,
        }
    }

    /// Returns the amount in the major unit, such as dollars.
    pub fn to_decimal(&self) -> Decimal {
        Decimal::new(self.amount, self.minor_digits())
    }
}

/// Shows the amount in the major unit, and the currency code.
impl fmt::Display for Money<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency.to_uppercase())
    }
}
