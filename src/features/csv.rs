//! Typed rows of exports, as a stream.
//!
//! ```no_run
//! # async fn example(polar: polar_client::Polar) -> Result<(), Box<dyn std::error::Error>> {
//! let mut rows = polar.orders().export().rows().await?;
//! while let Some(row) = rows.try_next().await? {
//!     println!("{:?} {:?} {:?}", row.email, row.net_amount, row.currency);
//!     println!("{:?}", row.cells.get("Some new column"));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The columns are not part of the API's document. Each known column has a field, which is `None` if the column is
//! missing or the cell is empty. All cells, including those of unknown columns, are available as text in `cells`.
//! Column names are matched without regard to case, spaces and punctuation.
//!
//! **Money** in exports of orders and subscriptions is in units of the currency, `19.0` for 19 dollars, unlike
//! elsewhere in the API. In exports of metrics it is in minor units, such as cents.

mod rows;

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use csv_core::ReadRecordResult;
use futures_core::Stream;
pub use rows::*;

use crate::calls::byte_stream::ByteStream;
use crate::calls::error::Error;

/// The maximum length of a row in bytes.
const ROW_LIMIT: usize = 1024 * 1024;

/// The type of a row: one in this module, [`Cells`], or your own.
pub trait Row: Sized {
    /// Creates a row from its cells.
    ///
    /// # Errors
    /// If a cell cannot be parsed.
    fn from_cells(cells: Cells) -> Result<Self, CellError>;
}

/// A stream of the rows of an export. Only the current row is held in memory.
///
/// After a row that cannot be read, the stream continues with the next one. It ends after a connection error.
#[must_use = "rows do nothing unless they are read"]
pub struct Rows<R = Cells> {
    source: ByteStream,
    piece: bytes::Bytes,
    parser: Parser,
    header: Option<Arc<Header>>,
    row: u64,
    ended: bool,
    kind: PhantomData<fn() -> R>,
}

impl<R: Row> Rows<R> {
    /// Creates a stream of rows from a body that starts with a header.
    pub fn new(source: ByteStream) -> Self {
        Self {
            source,
            piece: bytes::Bytes::new(),
            parser: Parser::new(),
            header: None,
            row: 0,
            ended: false,
            kind: PhantomData,
        }
    }

    /// Returns the next row; `None` at the end.
    ///
    /// # Errors
    /// See [`RowError`].
    pub async fn next(&mut self) -> Option<Result<R, RowError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Like [`next`](Self::next), but returns a `Result` for use with `?`.
    ///
    /// # Errors
    /// See [`RowError`].
    pub async fn try_next(&mut self) -> Result<Option<R>, RowError> {
        self.next().await.transpose()
    }

    /// Converts a record to a row. The first record is the header.
    fn accept(&mut self, record: Result<Vec<String>, RowProblem>) -> Option<Result<R, RowError>> {
        let Some(header) = &self.header else {
            return match record {
                Ok(names) => {
                    self.header = Some(Arc::new(Header::new(names)));
                    None
                }
                Err(problem) => {
                    self.ended = true;
                    Some(Err(RowError { row: 0, problem }))
                }
            };
        };
        self.row += 1;
        let cells = record.and_then(|values| match (header.names.len(), values.len()) {
            (expected, found) if expected != found => Err(RowProblem::Length { expected, found }),
            _ => Ok(Cells { header: Arc::clone(header), values }),
        });
        let row = cells.and_then(|cells| R::from_cells(cells).map_err(RowProblem::Cell));
        Some(row.map_err(|problem| RowError { row: self.row, problem }))
    }
}

impl<R: Row> Stream for Rows<R> {
    type Item = Result<R, RowError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        while !this.ended {
            match this.parser.read(&mut this.piece) {
                Parsed::Record(record) => {
                    if let Some(row) = this.accept(record) {
                        return Poll::Ready(Some(row));
                    }
                    continue;
                }
                Parsed::End => {
                    this.ended = true;
                    continue;
                }
                Parsed::TooLong => {
                    this.ended = true;
                    let row = if this.header.is_some() { this.row + 1 } else { 0 };
                    return Poll::Ready(Some(Err(RowError { row, problem: RowProblem::TooLong })));
                }
                Parsed::NeedsMore => {}
            }
            match Pin::new(&mut this.source).poll_next(context) {
                Poll::Ready(Some(Ok(piece))) => this.piece = this.parser.begin(piece),
                Poll::Ready(Some(Err(error))) => {
                    this.ended = true;
                    return Poll::Ready(Some(Err(RowError { row: this.row, problem: RowProblem::Call(error) })));
                }
                Poll::Ready(None) => this.piece = this.parser.end(),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(None)
    }
}

impl<R> fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("row", &self.row).field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// The names of the columns, in their original and their normalized form.
#[derive(Debug, PartialEq)]
struct Header {
    names: Vec<String>,
    keys: Vec<String>,
}

impl Header {
    fn new(names: Vec<String>) -> Self {
        let keys = names.iter().map(|name| key(name)).collect();
        Self { names, keys }
    }
}

/// Normalizes a column name: letters and digits in lower case, and `percent` for `%`.
fn key(name: &str) -> String {
    let spelled = name.replace('%', "percent");
    spelled.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The cells of a row as text, with the names of their columns.
#[derive(Clone, PartialEq)]
pub struct Cells {
    header: Arc<Header>,
    values: Vec<String>,
}

impl Cells {
    /// Returns the text of a cell; `None` if there is no such column. Case, spaces and punctuation of the name are
    /// ignored.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.values.get(self.position(column)?).map(String::as_str)
    }

    /// Returns the value of a cell; `None` if there is no such column or the cell is empty.
    ///
    /// # Errors
    /// If the cell cannot be parsed.
    pub fn value<T: Cell>(&self, column: &str) -> Result<Option<T>, CellError> {
        self.first_value(&[column])
    }

    /// Returns an iterator over the column names and cells, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.header.names.iter().map(String::as_str).zip(self.values.iter().map(String::as_str))
    }

    /// Returns the value in the first of these columns that exists.
    fn first_value<T: Cell>(&self, columns: &[&str]) -> Result<Option<T>, CellError> {
        let Some(index) = columns.iter().find_map(|column| self.position(column)) else { return Ok(None) };
        let text = self.values.get(index).map(String::as_str).unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        T::read(text).map(Some).ok_or_else(|| CellError {
            column: self.header.names[index].clone(),
            expected: T::NAME,
            text: text.chars().take(40).collect(),
        })
    }

    fn position(&self, column: &str) -> Option<usize> {
        let wanted = key(column);
        self.header.keys.iter().position(|key| *key == wanted)
    }
}

impl Row for Cells {
    fn from_cells(cells: Cells) -> Result<Self, CellError> {
        Ok(cells)
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// A type that can be parsed from a cell.
pub trait Cell: Sized {
    /// A description for error messages, such as `a decimal number`.
    const NAME: &'static str;

    /// Parses a non-empty text; `None` if it is invalid.
    fn read(text: &str) -> Option<Self>;
}

/// The error of reading a row.
#[derive(Debug)]
#[non_exhaustive]
pub struct RowError {
    /// The number of the row, starting from 1; 0 is the header. If the connection broke, the last row that was read.
    pub row: u64,
    /// The cause.
    pub problem: RowProblem,
}

/// The cause of a [`RowError`].
#[derive(Debug)]
#[non_exhaustive]
pub enum RowProblem {
    /// The response could not be read completely.
    Call(Error),
    /// A cell could not be parsed.
    Cell(CellError),
    /// The row does not have as many cells as there are columns, so cells cannot be assigned to columns.
    Length {
        /// The number of columns.
        expected: usize,
        /// The number of cells.
        found: usize,
    },
    /// A cell is not UTF-8.
    Encoding,
    /// The row is longer than 1 MiB, for example because of a missing closing quote. The stream ends.
    TooLong,
}

/// The error of parsing a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{column}` should be {expected}, and is `{}`", .text.escape_debug())]
#[non_exhaustive]
pub struct CellError {
    /// The name of the column.
    pub column: String,
    /// What was expected.
    pub expected: &'static str,
    /// The start of the text.
    pub text: String,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.row;
        match &self.problem {
            RowProblem::Call(_) => write!(f, "the export broke off after row {row}"),
            RowProblem::Cell(_) => write!(f, "row {row} of the export cannot be read"),
            RowProblem::Length { expected, found } => {
                write!(f, "row {row} of the export has {found} cells in {expected} columns")
            }
            RowProblem::Encoding => write!(f, "row {row} of the export is not UTF-8"),
            RowProblem::TooLong => write!(f, "row {row} of the export has more than {ROW_LIMIT} bytes"),
        }
    }
}

impl std::error::Error for RowError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            RowProblem::Call(error) => Some(error),
            RowProblem::Cell(error) => Some(error),
            RowProblem::Length { .. } | RowProblem::Encoding | RowProblem::TooLong => None,
        }
    }
}

/// Splits chunks of text into records, which may span several chunks.
struct Parser {
    reader: csv_core::Reader,
    /// The first bytes, held back until the byte order mark is complete.
    start: Option<Vec<u8>>,
    /// True if the current chunk is the last one.
    at_end: bool,
    text: Vec<u8>,
    text_length: usize,
    ends: Vec<usize>,
    ends_length: usize,
}

enum Parsed {
    Record(Result<Vec<String>, RowProblem>),
    NeedsMore,
    TooLong,
    End,
}

impl Parser {
    fn new() -> Self {
        Self {
            reader: csv_core::Reader::new(),
            start: Some(Vec::new()),
            at_end: false,
            text: vec![0; 1024],
            text_length: 0,
            ends: vec![0; 64],
            ends_length: 0,
        }
    }

    /// Holds back the first bytes until there are more than a byte order mark. The reader skips one only if it is in a
    /// single chunk, and mistakes it for the whole text if nothing follows.
    fn begin(&mut self, piece: bytes::Bytes) -> bytes::Bytes {
        const MARK: usize = '\u{feff}'.len_utf8();
        let Some(mut start) = self.start.take() else { return piece };
        start.extend_from_slice(&piece);
        if start.len() > MARK {
            return start.into();
        }
        self.start = Some(start);
        bytes::Bytes::new()
    }

    /// Returns the bytes that were held back, at the end of the text.
    fn end(&mut self) -> bytes::Bytes {
        self.at_end = true;
        self.start.take().unwrap_or_default().into()
    }

    /// Reads from a chunk, and advances it.
    fn read(&mut self, piece: &mut bytes::Bytes) -> Parsed {
        loop {
            // An empty chunk would signal the end of the text.
            if piece.is_empty() && !self.at_end {
                return Parsed::NeedsMore;
            }
            let (text, ends) = (&mut self.text[self.text_length..], &mut self.ends[self.ends_length..]);
            let (result, taken, written, ended) = self.reader.read_record(piece, text, ends);
            drop(piece.split_to(taken));
            self.text_length += written;
            self.ends_length += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() >= ROW_LIMIT => return Parsed::TooLong,
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if self.ends.len() >= ROW_LIMIT => return Parsed::TooLong,
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Parsed::Record(self.take()),
                ReadRecordResult::End => return Parsed::End,
            }
        }
    }

    /// Returns the cells of the record that was read.
    fn take(&mut self) -> Result<Vec<String>, RowProblem> {
        let ends = &self.ends[..self.ends_length];
        (self.text_length, self.ends_length) = (0, 0);
        let mut start = 0;
        let cells = ends.iter().map(|&end| {
            let cell = std::str::from_utf8(&self.text[start..end]).map_err(|_| RowProblem::Encoding);
            start = end;
            cell.map(str::to_owned)
        });
        cells.collect()
    }
}
