//! Lists as streams.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tracing::Instrument;

use super::call::{Call, DecodeFn, decode};
use super::error::Error;
use super::operation::Operation;
use super::options::Options;
use super::platform::{self, BoxFuture};
use super::request::Request;
use super::response::RawResponse;
use super::transport::Transport;
use crate::data::codec::{Decode, DecodeError, Ends, Reader, from_slice};
use crate::data::value::{CursorPage, Page};

/// The default page size, which is the largest that the API allows.
const PAGE_SIZE: i64 = 100;

/// A stream of the items of a list, across all pages.
///
/// Implements [`Stream`]; [`try_next`](Self::try_next) works without other crates. Nothing is sent until it is polled.
/// Pages have 100 items unless the call sets a `limit`, and the first page is the call's `page`, or 1. The stream ends
/// after the last page of the list, after an empty page, or after a page that says that there is no next one.
///
/// After an error, polling the stream again requests the same page again. If a single item cannot be decoded, the
/// stream yields one error for it, and continues with the items after it. The stream ends if a page cannot be decoded
/// twice in a row, if a page repeats an earlier one, or if a page has items although the list claims to have no
/// pages.
///
/// Pages are numbered. If items are created or deleted while the list is read, items can be repeated or missed, unless
/// the list is sorted so that new items come last. [`distinct_by`](Self::distinct_by) detects this.
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
/// let mut orders = polar.orders().list().stream().read_ahead(2);
/// while let Some(order) = orders.try_next().await? {
///     println!("{}", order.id);
/// }
/// # Ok(())
/// # }
/// ```
///
/// It works with the combinators of the crate `futures`:
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
/// use futures_util::TryStreamExt;
/// use polar_client::types::Order;
///
/// let orders: Vec<Order> = polar.orders().list().stream().try_collect().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct ItemStream<T> {
    pager: Pager,
    decode: DecodeItems<T>,
    items: std::vec::IntoIter<T>,
    /// The items of a page that could only be decoded in part.
    others: std::vec::IntoIter<Result<T, Error>>,
    page: i64,
    repeats: Option<Repeats<T>>,
}

/// State of [`ItemStream::distinct_by`].
struct Repeats<T> {
    /// Returns true if the item's key has not been seen.
    is_new: Box<dyn FnMut(&T) -> bool + Send>,
    /// The number of items that were left out.
    count: u64,
}

/// A stream of the pages of a list.
///
/// Implements [`Stream`]; [`try_next`](Self::try_next) works without other crates. It yields every page, including
/// empty ones, and otherwise behaves like [`ItemStream`].
///
/// ```no_run
/// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
/// let mut pages = polar.customers().list().limit(50).pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} of {} customers", page.items.len(), page.pagination.total_count);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct PageStream<P> {
    pager: Pager,
    decode: DecodeFn<P>,
}

/// A page of a list.
pub trait Paged {
    /// An item of the list.
    type Item;

    /// Returns the items of this page.
    fn items(&self) -> &[Self::Item];

    /// Consumes the page and returns its items.
    fn into_items(self) -> Vec<Self::Item>;

    /// Returns what the page says about the pages after it.
    fn extent(&self) -> Extent;
}

/// What a page says about the pages after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// The number of the last page.
    Until(i64),
    /// True if there is a next page.
    More(bool),
    /// Unknown: the list ends with the first empty page.
    Unknown,
}

type DecodeItems<T> = fn(&'static Operation, &RawResponse) -> Result<(Items<T>, Extent), Error>;

/// The items of a page.
enum Items<T> {
    /// All items could be decoded.
    Good(Vec<T>),
    /// Some items could not be decoded.
    Mixed(Vec<Result<T, Error>>),
}

impl<T> Paged for Page<T> {
    type Item = T;

    fn items(&self) -> &[T] {
        &self.items
    }

    fn into_items(self) -> Vec<T> {
        self.items
    }

    fn extent(&self) -> Extent {
        Extent::Until(self.pagination.max_page)
    }
}

impl<T> Paged for CursorPage<T> {
    type Item = T;

    fn items(&self) -> &[T] {
        &self.items
    }

    fn into_items(self) -> Vec<T> {
        self.items
    }

    fn extent(&self) -> Extent {
        Extent::More(self.has_next_page)
    }
}

/// Implements [`Paged`] for a generated type, a page with properties that [`Page`] does not have. The last argument is an
/// expression that returns two options: whether there is a next page, and the number of the last page.
#[allow(unused_macros)]
macro_rules! impl_paged {
    ($page:ident, $item:ty, $this:ident, $extent:expr) => {
        impl crate::pages::Paged for $page {
            type Item = $item;

            fn items(&self) -> &[Self::Item] {
                &self.items
            }

            fn into_items(self) -> Vec<Self::Item> {
                self.items
            }

            fn extent(&self) -> crate::pages::Extent {
                let $this = self;
                let _ = &$this;
                let extent: (Option<bool>, Option<i64>) = $extent;
                match extent {
                    (Some(more), _) => crate::pages::Extent::More(more),
                    (None, Some(last)) => crate::pages::Extent::Until(last),
                    (None, None) => crate::pages::Extent::Unknown,
                }
            }
        }
    };
}

impl<P: Paged + Decode> Call<P> {
    /// Returns a stream of the items of all pages. Pages have 100 items unless this request sets a `limit`.
    #[inline]
    pub fn stream(self) -> ItemStream<P::Item>
    where
        P::Item: Decode,
    {
        ItemStream::new(Pager::new(self), decode_items::<P>)
    }

    /// Returns a stream of all pages. Pages have 100 items unless this request sets a `limit`.
    #[inline]
    pub fn pages(self) -> PageStream<P> {
        PageStream { pager: Pager::new(self), decode: decode::<P> }
    }
}

impl<T: Decode> Call<Page<T>> {
    /// Requests pages without counts. `parameter` is the name of the query parameter that asks for them.
    #[inline]
    pub(crate) fn by_cursor(mut self, parameter: &'static str) -> Call<CursorPage<T>> {
        self.set_query(parameter, Some(true));
        self.decoded_by(decode)
    }
}

fn decode_items<P: Paged<Item: Decode> + Decode>(
    operation: &'static Operation,
    raw: &RawResponse,
) -> Result<(Items<P::Item>, Extent), Error> {
    match from_slice::<P>(&raw.body) {
        Ok(page) => {
            let extent = page.extent();
            Ok((Items::Good(page.into_items()), extent))
        }
        // If some items cannot be decoded, the others are still returned.
        Err(error) => {
            let fail = |error| Error::decode(operation, error, raw.clone());
            decode_each::<P>(&raw.body, fail).map_err(|_| fail(error))
        }
    }
}

/// Decodes the items of a page one by one, and the page's extent separately.
fn decode_each<P: Paged<Item: Decode> + Decode>(
    body: &[u8],
    fail: impl Fn(DecodeError) -> Error,
) -> Result<(Items<P::Item>, Extent), DecodeError> {
    const ITEMS: &str = "items";
    let ends = Ends::of(body);
    let mut reader = Reader::new(body, &ends);
    reader.object()?;
    while let Some(key) = reader.key()? {
        if key != ITEMS {
            reader.skip()?;
            continue;
        }
        let start = reader.offset();
        let mut items = Vec::new();
        reader.array()?;
        while reader.element()? {
            let item = P::Item::decode(&mut reader.fork());
            items.push(item.map_err(|error| fail(error.in_element(items.len()).in_property(ITEMS))));
            reader.skip()?;
        }
        let rest = [&body[..start], b"[]", &body[reader.offset()..]].concat();
        return Ok((Items::Mixed(items), from_slice::<P>(&rest)?.extent()));
    }
    Err(reader.error("no items"))
}

impl<T> ItemStream<T> {
    fn new(pager: Pager, decode: DecodeItems<T>) -> Self {
        let page = pager.front;
        let (items, others) = (Vec::new().into_iter(), Vec::new().into_iter());
        Self { pager, decode, items, others, page, repeats: None }
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.pager.request.operation()
    }

    /// Prefetches up to this many pages while the items of the current page are consumed. The default is 0.
    ///
    /// Pages are requested by tasks on the current tokio runtime, which are aborted when the stream is dropped. Order
    /// is preserved, and at most `pages + 1` pages are held in memory. Only pages that are known to exist are
    /// requested: the first page is requested alone, and pages without counts are at most one page ahead.
    pub fn read_ahead(mut self, pages: usize) -> Self {
        self.pager.ahead = pages;
        self
    }

    /// Continues with the given page. Pages are numbered from 1. The page size must be the same as when the number was
    /// obtained.
    pub fn from_page(mut self, page: i64) -> Self {
        self.pager.restart(page);
        self.items = Vec::new().into_iter();
        self.others = Vec::new().into_iter();
        self.page = page;
        self
    }

    /// Returns the number of the page that the last item was on. Before the first item, this is the first page.
    ///
    /// A later stream that [starts there](Self::from_page) misses nothing, but repeats the items already read from that
    /// page.
    pub fn page(&self) -> i64 {
        self.page
    }

    /// Skips items whose key was already seen, and [counts](Self::repeats) them. The key is usually the id.
    ///
    /// The API sorts most lists by time only. If items with the same time span two pages, or the list changes while it
    /// is read, an item can be on two pages and another on none. If the count is not 0 at the end, up to as many items
    /// may be missing: read the list again, or in smaller parts. The keys of all items are held in memory.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(polar: polar_client::Polar) -> Result<(), polar_client::Error> {
    /// let mut orders = polar.orders().list().stream().distinct_by(|order| order.id);
    /// while let Some(order) = orders.try_next().await? {
    ///     println!("{}", order.id);
    /// }
    /// if orders.repeats() > 0 {
    ///     println!("the list changed while it was read");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn distinct_by<K: Eq + Hash + Send + 'static>(mut self, mut key: impl FnMut(&T) -> K + Send + 'static) -> Self {
        let mut keys = HashSet::new();
        let is_new = Box::new(move |item: &T| keys.insert(key(item)));
        self.repeats = Some(Repeats { is_new, count: 0 });
        self
    }

    /// Returns the number of items that were skipped as repeated; 0 without [`distinct_by`](Self::distinct_by).
    pub fn repeats(&self) -> u64 {
        self.repeats.as_ref().map_or(0, |repeats| repeats.count)
    }

    /// Returns true if the item is new, and counts it as a repeat otherwise.
    fn admits(&mut self, item: &T) -> bool {
        let Some(repeats) = &mut self.repeats else { return true };
        let is_new = (repeats.is_new)(item);
        repeats.count += u64::from(!is_new);
        is_new
    }

    impl_next!(T, Error, "See [`Error`]. After an error, the next call requests the page again.");
}

impl<P> PageStream<P> {
    #[cfg(feature = "blocking")]
    pub(crate) fn operation(&self) -> &'static Operation {
        self.pager.request.operation()
    }

    /// Prefetches up to this many pages beyond the last one that was returned. The default is 0.
    ///
    /// Pages are requested by tasks on the current tokio runtime, which are aborted when the stream is dropped. Order
    /// is preserved. Only pages that are known to exist are requested: the first page is requested alone, and
    /// pages without counts are at most one page ahead.
    pub fn read_ahead(mut self, pages: usize) -> Self {
        self.pager.ahead = pages;
        self
    }

    /// Continues with the given page. Pages are numbered from 1. The page size must be the same as when the number was
    /// obtained.
    pub fn from_page(mut self, page: i64) -> Self {
        self.pager.restart(page);
        self
    }

    /// Returns the number of the next page, with which a later stream can [continue](Self::from_page); `None` after the
    /// last page.
    pub fn next_page(&self) -> Option<i64> {
        (!self.pager.ended).then_some(self.pager.front)
    }
}

impl<P: Paged> PageStream<P> {
    impl_next!(P, Error, "See [`Error`]. After an error, the next call requests the page again.");
}

impl<T> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.next() {
                if self.admits(&item) {
                    return Poll::Ready(Some(Ok(item)));
                }
                continue;
            }
            match self.others.next() {
                Some(Ok(item)) if !self.admits(&item) => continue,
                Some(item) => return Poll::Ready(Some(item)),
                None => {}
            }
            let Some(answer) = ready!(self.pager.poll_answer(context)) else { return Poll::Ready(None) };
            let (decode, operation) = (self.decode, self.pager.request.operation());
            match answer.and_then(|raw| Ok((decode(operation, &raw)?, raw))) {
                Err(error) => return Poll::Ready(Some(Err(self.pager.failed(error)))),
                Ok(((items, extent), raw)) => {
                    self.page = self.pager.front;
                    let count = match &items {
                        Items::Good(items) => items.len(),
                        Items::Mixed(items) => items.len(),
                    };
                    if let Err(error) = self.pager.advance(count == 0, extent, raw) {
                        return Poll::Ready(Some(Err(error)));
                    }
                    match items {
                        Items::Good(items) => self.items = items.into_iter(),
                        Items::Mixed(items) => self.others = items.into_iter(),
                    }
                }
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let here = self.items.len() + self.others.len();
        let at_least = if self.repeats.is_some() { 0 } else { here };
        (at_least, (self.pager.ended && self.pager.contradiction.is_none()).then_some(here))
    }
}

impl<P: Paged> Stream for PageStream<P> {
    type Item = Result<P, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(answer) = ready!(self.pager.poll_answer(context)) else { return Poll::Ready(None) };
        let (decode, operation) = (self.decode, self.pager.request.operation());
        let page = match answer.and_then(|raw| Ok((decode(operation, &raw)?, raw))) {
            Ok((page, raw)) => self.pager.advance(page.items().is_empty(), page.extent(), raw).map(|()| page),
            Err(error) => Err(self.pager.failed(error)),
        };
        Poll::Ready(Some(page))
    }
}

/// No field is structurally pinned.
impl<T> Unpin for ItemStream<T> {}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ItemStream");
        shown.field("request", &self.pager.request).field("page", &self.page).field("items", &self.items.len());
        shown.finish_non_exhaustive()
    }
}

impl<P> fmt::Debug for PageStream<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PageStream");
        shown.field("request", &self.pager.request).field("next_page", &self.next_page()).finish_non_exhaustive()
    }
}

/// Requests pages in order, with optional prefetching. Independent of the item type, so that it is compiled only once.
struct Pager {
    transport: Transport,
    request: Request,
    options: Options,
    /// The number of pages to prefetch.
    ahead: usize,
    /// The number of the next page.
    front: i64,
    /// The highest page number that is known to exist.
    known: i64,
    /// The requests of the pages from `front` on; `None` if a request failed and has to be sent again.
    queue: VecDeque<Option<Fetch>>,
    ended: bool,
    /// The hashes of the bodies of the pages before `front`.
    seen: HashSet<u64>,
    /// True if `front` was received once and could not be decoded.
    is_undecodable: bool,
    /// An inconsistency of the list, reported after the items of the page that revealed it.
    contradiction: Option<Error>,
}

type Answer = Result<RawResponse, Error>;

/// A page request in flight. Its answer is `None` if its task was cancelled.
type Fetch = BoxFuture<'static, Option<Answer>>;

impl Pager {
    fn new<P>(call: Call<P>) -> Self {
        let Call { transport, mut request, options, .. } = call;
        if request.query_value("limit").is_none() {
            request.set_query("limit".into(), vec![PAGE_SIZE.to_string()]);
        }
        let front = request.query_value("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self {
            transport,
            request,
            options,
            ahead: 0,
            front,
            known: front,
            queue: VecDeque::new(),
            ended: false,
            seen: HashSet::new(),
            is_undecodable: false,
            contradiction: None,
        }
    }

    fn restart(&mut self, page: i64) {
        self.queue.clear();
        (self.front, self.known, self.ended) = (page, page, false);
        (self.seen, self.is_undecodable, self.contradiction) = (HashSet::new(), false, None);
    }

    fn end(&mut self) {
        self.ended = true;
        self.queue.clear();
    }

    /// Records that `front` failed. A page that cannot be decoded twice in a row ends the list.
    fn failed(&mut self, error: Error) -> Error {
        if error.is_decode() {
            if self.is_undecodable {
                self.end();
            }
            self.is_undecodable = true;
        }
        error
    }

    /// Returns the response with page `front`; `None` after the last page. Returns the same page until
    /// [`advance`](Self::advance) is called.
    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Option<Answer>> {
        if let Some(error) = self.contradiction.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        self.refill();
        let mut fetch = match self.queue.front_mut().and_then(Option::take) {
            Some(fetch) => fetch,
            None => self.fetch(self.front),
        };
        let outcome = match fetch.as_mut().poll(context) {
            Poll::Ready(Some(outcome)) => Poll::Ready(outcome),
            Poll::Pending => Poll::Pending,
            // The runtime of the task was shut down, so the page is requested again on the current one.
            Poll::Ready(None) => {
                fetch = self.fetch_inline(self.front);
                match fetch.as_mut().poll(context) {
                    Poll::Ready(outcome) => outcome.map_or(Poll::Pending, Poll::Ready),
                    Poll::Pending => Poll::Pending,
                }
            }
        };
        if outcome.is_pending()
            && let Some(slot) = self.queue.front_mut()
        {
            *slot = Some(fetch);
        }
        outcome.map(Some)
    }

    /// Moves on to the page after `front`, whose response had this extent.
    ///
    /// # Errors
    /// If the page repeats an earlier one, as the list might never end.
    fn advance(&mut self, is_empty: bool, extent: Extent, raw: RawResponse) -> Result<(), Error> {
        let operation = self.request.operation();
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&raw.body);
        if !is_empty && !self.seen.insert(hash) {
            let message = format!("page {} repeats an earlier page", self.front);
            self.end();
            return Err(Error::decode(operation, DecodeError::at(message, 0), raw));
        }
        self.is_undecodable = false;
        if let Extent::Until(last @ ..=0) = extent
            && !is_empty
        {
            let message = format!("page {} has items, but the list says that it has {last} pages", self.front);
            self.contradiction = Some(Error::decode(operation, DecodeError::at(message, 0), raw));
        }
        self.queue.pop_front();
        let next = self.front.checked_add(1);
        let is_last = match extent {
            Extent::Until(last) => self.front >= last,
            Extent::More(more) => !more,
            Extent::Unknown => false,
        };
        let Some(next) = next.filter(|_| !is_empty && !is_last) else {
            self.end();
            return Ok(());
        };
        self.front = next;
        self.known = match extent {
            Extent::Until(last) => last,
            Extent::More(_) | Extent::Unknown => next,
        };
        if self.ahead > 0 {
            self.refill();
        }
        Ok(())
    }

    /// Sends requests for the next pages, within the limits of `ahead` and `known`.
    fn refill(&mut self) {
        let mut page = i64::try_from(self.queue.len()).ok().and_then(|count| self.front.checked_add(count));
        while let Some(number) = page
            && self.queue.len() < self.ahead.max(1)
            && number <= self.known
        {
            let fetch = self.fetch(number);
            self.queue.push_back(Some(fetch));
            page = number.checked_add(1);
        }
    }

    fn fetch(&self, page: i64) -> Fetch {
        if self.ahead == 0 {
            return self.fetch_inline(page);
        }
        // In a task, it makes progress and does not time out while the caller processes earlier items.
        platform::spawn(Box::pin(self.send(page).in_current_span()))
    }

    /// Returns a request that makes progress only when it is polled.
    fn fetch_inline(&self, page: i64) -> Fetch {
        let answer = self.send(page);
        Box::pin(async { Some(answer.await) })
    }

    fn send(&self, page: i64) -> BoxFuture<'static, Answer> {
        let (transport, mut request, options) = (self.transport.clone(), self.request.clone(), self.options.clone());
        request.set_query("page".into(), vec![page.to_string()]);
        Box::pin(async move { transport.execute(&request, &options).await })
    }
}
