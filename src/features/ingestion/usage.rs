use std::fmt;
use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};

use super::event::UsageEvent;
use super::ingestor::Ingestor;
use super::push_error::PushError;
#[cfg(feature = "customer-meters")]
use crate::calls::error::Error;
use crate::data::value::{DecimalOrNumber, Patch, Scalar};
use crate::types::{
    CostMetadataInput, CustomerId, EventCreate, EventCreateCustomer, EventCreateExternalCustomer, EventMetadataInput,
    LlmMetadata, MemberId,
};
#[cfg(feature = "customer-meters")]
use crate::{
    resources::customer_meters::CustomerMeters,
    types::{CustomerMeter, MeterId},
};

impl Ingestor {
    /// Returns a handle that meters the usage of a customer, by the customer's id in your own system. The customer need
    /// not exist yet.
    ///
    /// ```no_run
    /// # async fn example(ingestor: polar_client::Ingestor) -> Result<(), polar_client::ingestion::PushError> {
    /// ingestor.customer("user_42").track("api_request").metadata("tokens", 42).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn customer(&self, external_id: impl Into<String>) -> CustomerIngestor<EventCreateExternalCustomer> {
        let mut event = EventCreateExternalCustomer::new(String::new(), String::new());
        event.external_customer_id = external_id.into();
        CustomerIngestor { ingestor: self.clone(), event }
    }

    /// Returns a handle that meters the usage of a customer, by the id that Polar gave the customer.
    pub fn customer_id(&self, id: CustomerId) -> CustomerIngestor<EventCreateCustomer> {
        CustomerIngestor { ingestor: self.clone(), event: EventCreateCustomer::new(String::new(), id) }
    }
}

/// An [`Ingestor`] bound to the customer whose usage it meters. `E` is the type of its events.
///
/// Created by [`Ingestor::customer`] and [`Ingestor::customer_id`]. Cheap enough to create for each request.
#[derive(Clone)]
pub struct CustomerIngestor<E> {
    ingestor: Ingestor,
    /// An event without a name.
    event: E,
}

impl CustomerIngestor<EventCreateExternalCustomer> {
    /// Attributes the usage to a member of a team customer, by the member's id in your own system.
    #[must_use]
    pub fn member(mut self, external_id: impl Into<String>) -> Self {
        self.event.external_member_id = Patch::Value(external_id.into());
        self
    }
}

impl CustomerIngestor<EventCreateCustomer> {
    /// Attributes the usage to a member of a team customer.
    #[must_use]
    pub fn member(mut self, id: MemberId) -> Self {
        self.event.member_id = Patch::Value(id);
        self
    }
}

impl<E: Clone + Into<EventCreate>> CustomerIngestor<E> {
    /// Begins an event of this name, such as `llm.call`. It is pushed when the returned value is awaited.
    pub fn track(&self, name: impl Into<String>) -> Usage {
        let mut event = self.event.clone().into();
        *parts(&mut event).name = name.into();
        Usage { ingestor: self.ingestor.clone(), event }
    }

    /// Returns what the customer has used and was credited on a meter: see [`CustomerMeter::balance`]. `None` if the
    /// meter has not counted anything for the customer.
    ///
    /// Events count shortly after the server has stored them, so those that were just pushed are not included. Requires
    /// a token with the scope `customer_meters:read`.
    ///
    /// ```no_run
    /// # async fn example(ingestor: polar_client::Ingestor, tokens: polar_client::types::MeterId)
    /// # -> Result<(), polar_client::Error> {
    /// if let Some(meter) = ingestor.customer("user_42").meter(tokens).await? {
    ///     println!("{} left", meter.balance);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`].
    #[cfg(feature = "customer-meters")]
    pub async fn meter(&self, meter: MeterId) -> Result<Option<CustomerMeter>, Error> {
        let meters = CustomerMeters::new(self.ingestor.client.clone()).list().meter_id(meter).limit(1);
        let meters = match self.event.clone().into() {
            EventCreate::Customer(event) => meters.customer_id(event.customer_id),
            EventCreate::ExternalCustomer(event) => meters.external_customer_id(event.external_customer_id),
        };
        Ok(meters.await?.items.pop())
    }
}

impl<E> fmt::Debug for CustomerIngestor<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerIngestor").field("ingestor", &self.ingestor).finish_non_exhaustive()
    }
}

/// An event of one customer. Awaiting it [pushes](Ingestor::push) it; [`try_push`](Self::try_push) does so without async.
///
/// ```no_run
/// use polar_client::{Decimal, types::LlmMetadata};
///
/// # async fn example(ingestor: polar_client::Ingestor, call: LlmMetadata) -> Result<(), polar_client::ingestion::PushError> {
/// let cents = Decimal::new(215, 4); // 0.0215
/// ingestor.customer("user_42").track("llm.call").llm(call).cost(cents).await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "usage is not pushed until it is awaited"]
#[derive(Clone)]
pub struct Usage {
    ingestor: Ingestor,
    event: EventCreate,
}

impl Usage {
    /// Sets a property that meters can filter by or add up.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<Scalar>) -> Self {
        self.properties().additional.insert(name.into(), value.into());
        self
    }

    /// Sets what the usage cost you, in US cents, which may be a fraction. Metrics on margins use it.
    pub fn cost(mut self, cents: impl Into<DecimalOrNumber>) -> Self {
        self.properties().cost = Some(CostMetadataInput::new(cents, "usd"));
        self
    }

    /// Sets the language model that was called, and the tokens that the call took.
    pub fn llm(mut self, call: LlmMetadata) -> Self {
        self.properties().llm = Some(call);
        self
    }

    /// Sets your id of the event, by which the server recognizes a repeated one. The default is a new UUID.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        *parts(&mut self.event).external_id = Patch::Value(id.into());
        self
    }

    /// Sets when the usage happened. The default is the time of the push.
    pub fn timestamp(mut self, timestamp: DateTime<Utc>) -> Self {
        *parts(&mut self.event).timestamp = Some(timestamp);
        self
    }

    /// Pushes the event, without async. See [`Ingestor::try_push`].
    ///
    /// # Errors
    /// As for [`Ingestor::try_push`].
    pub fn try_push(self) -> Result<(), PushError> {
        self.ingestor.try_push(self.event)
    }

    fn properties(&mut self) -> &mut EventMetadataInput {
        parts(&mut self.event).metadata.get_or_insert_with(EventMetadataInput::new)
    }
}

/// The properties that events of both types have.
struct Parts<'a> {
    name: &'a mut String,
    external_id: &'a mut Patch<String>,
    timestamp: &'a mut Option<DateTime<Utc>>,
    metadata: &'a mut Option<EventMetadataInput>,
}

fn parts(event: &mut EventCreate) -> Parts<'_> {
    macro_rules! parts {
        ($event:ident) => {
            Parts {
                name: &mut $event.name,
                external_id: &mut $event.external_id,
                timestamp: &mut $event.timestamp,
                metadata: &mut $event.metadata,
            }
        };
    }
    match event {
        EventCreate::Customer(event) => parts!(event),
        EventCreate::ExternalCustomer(event) => parts!(event),
    }
}

/// For [`Ingestor::push_all`].
impl From<Usage> for UsageEvent {
    fn from(usage: Usage) -> Self {
        usage.event.into()
    }
}

impl IntoFuture for Usage {
    type Output = Result<(), PushError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.ingestor.push(self.event).await })
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usage").field("event", &self.event).finish_non_exhaustive()
    }
}
