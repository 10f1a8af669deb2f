/// A value for an optional property or parameter: anything that converts into it, or an `Option` of that.
///
/// All setters take it. `None` leaves the property out, as if the setter had not been called. A property that can be
/// cleared has a method of its own for that, such as `clear_name`.
///
/// ```
/// # #[cfg(feature = "customers")] {
/// use polar_client::types::{CustomerIndividualCreate, CustomerUpdate};
///
/// fn create(email: &str, name: Option<String>, locale: Option<&str>) -> CustomerIndividualCreate {
///     CustomerIndividualCreate::new(email).name(name).locale(locale)
/// }
///
/// assert_eq!(create("ada@example.org", None, Some("en")), create("ada@example.org", None, None).locale("en"));
/// assert_ne!(CustomerUpdate::new().name(None::<String>), CustomerUpdate::new().clear_name());
/// # }
/// ```
///
/// `Form` is inferred. It distinguishes the implementation for values from the one for options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a value of type `{T}`",
    note = "setters accept any type that converts into `{T}`, or an `Option` of one"
)]
pub trait IntoOption<T, Form> {
    /// Returns the value, converted.
    fn into_option(self) -> Option<T>;
}

/// Marker for plain values.
#[derive(Clone, Copy, Debug)]
pub enum Given {}

/// Marker for options.
#[derive(Clone, Copy, Debug)]
pub enum Optional {}

impl<T, U: Into<T>> IntoOption<T, Given> for U {
    #[inline]
    fn into_option(self) -> Option<T> {
        Some(self.into())
    }
}

impl<T, U: Into<T>> IntoOption<T, Optional> for Option<U> {
    #[inline]
    fn into_option(self) -> Option<T> {
        self.map(Into::into)
    }
}
