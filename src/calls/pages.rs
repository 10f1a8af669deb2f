use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::call::{Call, DecodeFn, Prepared, decode};
use super::error::Error;
use super::operation::Operation;
use super::options::Options;
use super::request::Request;
use super::response::RawResponse;
use super::transport::Transport;
use crate::data::codec::{Decode, DecodeError, Ends, Reader, from_slice};
use crate::data::value::Page;

/// How many items a page has unless the request sets a limit: as many as the API gives at once.
const PAGE_SIZE: i64 = 100;

/// The items of a list, page after page.
///
/// It is a [`Stream`], and [`try_next`](Self::try_next) needs no other crate. Nothing is sent until it is polled. It
/// requests pages of 100 items unless the call sets a `limit`, and starts at the call's `page` if it sets one. It ends
/// after the last page of the list, after an empty page, or after a page that says that there is no next one.
///
/// An error is yielded once, after all items before it, and does not end the stream: polling it again requests that
/// page again. An item that cannot be decoded is one error with its place, and the items after it follow. A page that cannot be
/// decoded twice in a row ends the stream, and so does one that repeats the page before it, or has items where the list says that
/// it has no pages.
///
/// The API numbers pages, and lists are not frozen: if items are created or deleted in the meantime, an item can come
/// twice or not at all, unless the list is sorted so that new items come last. [`distinct_by`](Self::distinct_by) notices it.
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
/// The combinators of the crate `futures` work with it:
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
    /// The items of a page of which some could not be decoded.
    others: std::vec::IntoIter<Result<T, Error>>,
    page: i64,
    repeats: Option<Repeats<T>>,
}

/// What a stream knows of the items that it gave.
struct Repeats<T> {
    /// Returns true if an item comes for the first time.
    is_new: Box<dyn FnMut(&T) -> bool + Send>,
    /// How many items were left out.
    count: u64,
}

/// The pages of a list, one after another.
///
/// It is a [`Stream`], and [`try_next`](Self::try_next) needs no other crate. It yields every page that is answered,
/// including an empty one, and otherwise behaves like [`ItemStream`].
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

/// A page of a list, of any way of paging.
pub trait Paged {
    /// An item of the list.
    type Item;

    /// The items of this page.
    fn items(&self) -> &[Self::Item];

    /// The items of this page, without the rest of it.
    fn into_items(self) -> Vec<Self::Item>;

    /// What this page says of those after it.
    fn extent(&self) -> Extent;
}

/// What a page says of those after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// The last page has this number.
    Until(i64),
    /// Whether there is a next page.
    More(bool),
    /// Nothing, so that only an empty page tells where the list ends.
    Unknown,
}

type DecodeItems<T> = fn(&'static Operation, &RawResponse) -> Result<(Items<T>, Extent), Error>;

/// The items of a page.
enum Items<T> {
    /// All of them.
    Good(Vec<T>),
    /// Some of which could not be decoded.
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

/// Implements [`Paged`] for a generated type. The last argument is an expression for two options: whether there is a next
/// page, and the number of the last page.
macro_rules! impl_paged {
    ($page:ident, $item:ty, $this:ident, $says:expr) => {
        impl crate::Paged for $page {
            type Item = $item;

            fn items(&self) -> &[Self::Item] {
                &self.items
            }

            fn into_items(self) -> Vec<Self::Item> {
                self.items
            }

            fn extent(&self) -> crate::Extent {
                let $this = self;
                let _ = &$this;
                let says: (Option<bool>, Option<i64>) = $says;
                match says {
                    (Some(more), _) => crate::Extent::More(more),
                    (None, Some(last)) => crate::Extent::Until(last),
                    (None, None) => crate::Extent::Unknown,
                }
            }
        }
    };
}

impl<P: Paged + Decode, O> Call<P, O> {
    /// Returns the items of all pages as a stream. Pages have 100 items unless this request sets a `limit`.
    #[inline]
    pub fn stream(self) -> ItemStream<P::Item>
    where
        P::Item: Decode,
    {
        ItemStream::new(Pager::new(self.prepared), decode_items::<P>)
    }

    /// Returns all pages as a stream. Pages have 100 items unless this request sets a `limit`.
    #[inline]
    pub fn pages(self) -> PageStream<P> {
        PageStream { pager: Pager::new(self.prepared), decode: decode::<P> }
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
        // One item that cannot be decoded does not keep the others back.
        Err(error) => {
            let fail = |error| Error::decode(operation, error, raw.clone());
            decode_each::<P>(&raw.body, fail).map_err(|_| fail(error))
        }
    }
}

/// Decodes the items of a page one by one, and what the page says without them.
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

    /// Requests up to this many pages ahead, while the items of the current page are taken. The default is 0.
    ///
    /// Pages are asked for in tasks of their own on tokio's current runtime, which are aborted when the stream is
    /// dropped. Their order stays, at most `pages + 1` pages are held, and none is asked for that the last answer did
    /// not promise: the first page comes alone, and in the cursor mode of events no more than one page is ahead.
    pub fn read_ahead(mut self, pages: usize) -> Self {
        self.pager.ahead = pages;
        self
    }

    /// Goes on with the page of this number. The first page is 1; the size of pages must be what it was when the
    /// number was taken.
    pub fn from_page(mut self, page: i64) -> Self {
        self.pager.restart(page);
        self.items = Vec::new().into_iter();
        self.others = Vec::new().into_iter();
        self.page = page;
        self
    }

    /// The number of the page that the last item was on; before the first item, of the page to begin with.
    ///
    /// A later stream that begins [there](Self::from_page) misses nothing, and repeats what was taken of that page.
    pub fn page(&self) -> i64 {
        self.page
    }

    /// Leaves out items that have come already, told by a key such as their id, and [counts](Self::repeats) them.
    ///
    /// Pages are numbered, and the API sorts most lists by time alone. Where items of one time span two pages, or a list changes
    /// while it is read, an item can stand on two pages and another on none. So if the count is not 0 at the end, as many items may
    /// be missing; read the list again, or in smaller parts. The keys of all items are held in memory.
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

    /// Returns how many items were left out so far since they had come already; 0 without [`distinct_by`](Self::distinct_by).
    pub fn repeats(&self) -> u64 {
        self.repeats.as_ref().map_or(0, |repeats| repeats.count)
    }

    /// Returns true if an item is to be given, and counts it otherwise.
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

    /// Requests up to this many pages beyond the last one that was returned. The default is 0.
    ///
    /// Pages are asked for in tasks of their own on tokio's current runtime, which are aborted when the stream is
    /// dropped. Their order stays, and none is asked for that the last answer did not promise: the first page comes
    /// alone, and in the cursor mode of events no more than one page is ahead.
    pub fn read_ahead(mut self, pages: usize) -> Self {
        self.pager.ahead = pages;
        self
    }

    /// Goes on with the page of this number. The first page is 1; the size of pages must be what it was when the
    /// number was taken.
    pub fn from_page(mut self, page: i64) -> Self {
        self.pager.restart(page);
        self
    }

    /// The number of the page that comes next, from which a later stream can [go on](Self::from_page); `None` once
    /// the last page was given.
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

/// Nothing in it is ever pinned.
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

/// Asks for pages one after another, and for some ahead. It knows nothing of what is on them, so it is compiled once.
struct Pager {
    transport: Transport,
    request: Request,
    options: Options,
    /// How many pages are asked for before they are wanted.
    ahead: usize,
    /// The number of the page that comes next.
    front: i64,
    /// The highest number that a page is known to have.
    known: i64,
    /// The pages from `front` on; `None` where one has to be asked for, because it failed.
    queue: VecDeque<Option<Fetch>>,
    ended: bool,
    /// The hash of the body of the page before `front`.
    before: Option<u64>,
    /// Whether `front` came already and could not be decoded.
    is_undecodable: bool,
    /// What is wrong with the list, to be told after the items of the page that shows it.
    contradiction: Option<Error>,
}

type Answer = Result<RawResponse, Error>;

/// A page that was asked for.
enum Fetch {
    /// By whoever polls the stream.
    Inline(Pin<Box<dyn Future<Output = Answer> + Send>>),
    /// By a task, so that it comes in while whoever polls the stream is at work, and its timeout does not run out.
    Task(Task),
}

/// A task that ends with its handle.
struct Task(JoinHandle<Answer>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Pager {
    fn new<P>(call: Prepared<P>) -> Self {
        let Prepared { transport, mut request, options, .. } = call;
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
            before: None,
            is_undecodable: false,
            contradiction: None,
        }
    }

    fn restart(&mut self, page: i64) {
        self.queue.clear();
        (self.front, self.known, self.ended) = (page, page, false);
        (self.before, self.is_undecodable, self.contradiction) = (None, false, None);
    }

    fn end(&mut self) {
        self.ended = true;
        self.queue.clear();
    }

    /// Notes that `front` failed. A page that cannot be decoded twice is not requested again.
    fn failed(&mut self, error: Error) -> Error {
        if error.is_decode() {
            if self.is_undecodable {
                self.end();
            }
            self.is_undecodable = true;
        }
        error
    }

    /// The answer that holds the page `front`; `None` after the last. The same page comes again until
    /// [`advance`](Self::advance) says that it was good.
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
        let outcome = match fetch.poll(context) {
            Poll::Ready(Some(outcome)) => Poll::Ready(outcome),
            Poll::Pending => Poll::Pending,
            // The runtime that had the task is gone; whoever polls now has another.
            Poll::Ready(None) => {
                fetch = Fetch::Inline(self.send(self.front));
                match fetch.poll(context) {
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

    /// Goes on to the page after `front`, which was answered and said this.
    ///
    /// # Errors
    /// If the page is the one before it again. Then the list has no end.
    fn advance(&mut self, is_empty: bool, extent: Extent, raw: RawResponse) -> Result<(), Error> {
        let operation = self.request.operation();
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&raw.body);
        if !is_empty && self.before.replace(hash) == Some(hash) {
            let message = format!("page {} is the page before it again", self.front);
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

    /// Asks for as many pages as may be in flight, and are known to be there.
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
        let answer = self.send(page);
        match Handle::try_current() {
            Ok(runtime) if self.ahead > 0 => Fetch::Task(Task(runtime.spawn(answer.in_current_span()))),
            _ => Fetch::Inline(answer),
        }
    }

    fn send(&self, page: i64) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        let (transport, mut request, options) = (self.transport.clone(), self.request.clone(), self.options.clone());
        request.set_query("page".into(), vec![page.to_string()]);
        Box::pin(async move { transport.execute(&request, &options).await })
    }
}

impl Fetch {
    /// The answer; `None` if nobody works on it any more.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Answer>> {
        match self {
            Self::Inline(answer) => answer.as_mut().poll(context).map(Some),
            Self::Task(task) => match ready!(Pin::new(&mut task.0).poll(context)) {
                Ok(answer) => Poll::Ready(Some(answer)),
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(_) => Poll::Ready(None),
            },
        }
    }
}
