//! Typed rows of exports, as they come.
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
//! The document says nothing of the columns. Those that are known have a field each, which is `None` if the column is
//! missing or its cell is empty; all cells, also those of columns that this version does not know, are there as texts
//! in `cells`. Columns are found by their names, of which case, spaces and punctuation do not count.
//!
//! **Money** is in units of the currency, `19.0` for 19 dollars, in exports of orders and subscriptions, unlike
//! everywhere else in the API; and in cents in exports of metrics.

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

/// How long the text of a row may be.
const ROW_LIMIT: usize = 1024 * 1024;

/// What a row of an export becomes: one of the types of this module, [`Cells`], or a type of one's own.
pub trait Row: Sized {
    /// Makes the row of its cells.
    ///
    /// # Errors
    /// If a cell is not what it should be.
    fn from_cells(cells: Cells) -> Result<Self, CellError>;
}

/// The rows of an export, as they come. Only the row at hand is in memory.
///
/// A row that cannot be read is an error, and is followed by the others; after an error of the connection comes
/// nothing more.
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
    /// The rows of a text with a header.
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

    /// Returns the next row as [`next`](Self::next) does, for `?`.
    ///
    /// # Errors
    /// See [`RowError`].
    pub async fn try_next(&mut self) -> Result<Option<R>, RowError> {
        self.next().await.transpose()
    }

    /// Makes a row of a record; the first record is the header.
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

/// The names of the columns, as they came and as they are compared.
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

/// Returns what of a column's name is compared: letters and digits in lower case, and `percent` for `%`.
fn key(name: &str) -> String {
    let spelled = name.replace('%', "percent");
    spelled.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The cells of a row as texts, by the names of their columns.
#[derive(Clone, PartialEq)]
pub struct Cells {
    header: Arc<Header>,
    values: Vec<String>,
}

impl Cells {
    /// Returns the text in a column; `None` if there is no such column. Case, spaces and punctuation of the name are
    /// ignored.
    pub fn get(&self, column: &str) -> Option<&str> {
        self.values.get(self.position(column)?).map(String::as_str)
    }

    /// Returns the value in a column; `None` if there is no such column or the cell is empty.
    ///
    /// # Errors
    /// If the cell holds something else.
    pub fn value<T: Cell>(&self, column: &str) -> Result<Option<T>, CellError> {
        self.first_value(&[column])
    }

    /// Returns the columns and their cells, in order.
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

/// What a cell can hold.
pub trait Cell: Sized {
    /// What it is, for errors: `a decimal number`.
    const NAME: &'static str;

    /// Reads a text that is not empty; `None` if it is something else.
    fn read(text: &str) -> Option<Self>;
}

/// A row that could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct RowError {
    /// Which row, from 1; 0 is the header. If the connection broke, the last row that was read.
    pub row: u64,
    /// What is wrong.
    pub problem: RowProblem,
}

/// What is wrong with a row.
#[derive(Debug)]
#[non_exhaustive]
pub enum RowProblem {
    /// The text could not be received to its end.
    Call(Error),
    /// A cell is not what it should be.
    Cell(CellError),
    /// The row has more or fewer cells than there are columns, so that nobody can tell which is which.
    Length {
        /// How many columns there are.
        expected: usize,
        /// How many cells the row has.
        found: usize,
    },
    /// A cell is no UTF-8.
    Encoding,
    /// The row is longer than 1 MiB, as it would be if a quote were not closed. Nothing follows.
    TooLong,
}

/// A cell that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{column}` should be {expected}, and is `{}`", .text.escape_debug())]
#[non_exhaustive]
pub struct CellError {
    /// The name of the column.
    pub column: String,
    /// What it should be.
    pub expected: &'static str,
    /// The beginning of what it is.
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

/// Splits a text into records, wherever its pieces begin and end.
struct Parser {
    reader: csv_core::Reader,
    /// The first bytes, until there are enough of them.
    start: Option<Vec<u8>>,
    /// Whether nothing comes after the present piece.
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

    /// Holds back the first bytes until there are more than a byte order mark: the reader passes over one only if it
    /// has all of it, and takes one with nothing behind for the whole text.
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

    /// Gives what was held back, since nothing follows.
    fn end(&mut self) -> bytes::Bytes {
        self.at_end = true;
        self.start.take().unwrap_or_default().into()
    }

    /// Reads on, and takes what it reads from the piece.
    fn read(&mut self, piece: &mut bytes::Bytes) -> Parsed {
        loop {
            // The reader takes an empty piece for the end.
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

    /// The cells of the record that was read.
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
