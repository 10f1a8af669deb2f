//! Where lines end: an item, a statement or an entry of a long list each begins its own.

use std::borrow::Cow;

use proc_macro2::{Delimiter, TokenStream};

use super::pieces::{Group, Line, Piece, brackets, pieces};

/// How long lines get before what stands in brackets is broken into several.
const WIDTH: usize = 100;

const INDENT: usize = 4;

/// The text of a file.
pub fn file(tokens: TokenStream) -> String {
    let mut text = String::new();
    for entry in entries(&pieces(tokens)) {
        write_entry(entry, 0, &mut text);
    }
    text
}

/// Splits pieces after each comma, each semicolon, and each block that nothing goes on with.
fn entries(pieces: &[Piece]) -> Vec<&[Piece]> {
    let mut entries = Vec::new();
    let (mut begin, mut angles, mut in_bars) = (0, 0_usize, false);
    for (index, piece) in pieces.iter().enumerate() {
        let ends = match piece {
            Piece::Operator("<") => {
                angles += 1;
                false
            }
            Piece::Operator(">") => {
                angles = angles.saturating_sub(1);
                false
            }
            Piece::Operator("|") => {
                let is_first = index == begin || matches!(pieces[index - 1], Piece::Operator(_));
                in_bars = !in_bars && is_first;
                false
            }
            Piece::Operator(",") => angles == 0 && !in_bars,
            Piece::Operator(";") => true,
            Piece::Group(group) if group.delimiter == Delimiter::Brace => match pieces.get(index + 1) {
                Some(Piece::Operator(operator)) => *operator == "#",
                Some(Piece::Word(word)) => word != "else",
                Some(Piece::Group(_)) | None => true,
            },
            _ => false,
        };
        if ends {
            entries.push(&pieces[begin..=index]);
            (begin, angles) = (index + 1, 0);
        }
    }
    if begin < pieces.len() {
        entries.push(&pieces[begin..]);
    }
    entries
}

/// Writes an entry with what is said of it in lines above.
fn write_entry(entry: &[Piece], depth: usize, text: &mut String) {
    let mut entry = entry;
    while let [Piece::Operator("#"), Piece::Group(attribute), rest @ ..] = entry {
        begin_line(depth, text);
        match doc(attribute) {
            Some(line) => {
                text.push_str("///");
                text.push_str(&line);
            }
            None => {
                write_within(&entry[..2], usize::MAX, text);
            }
        }
        text.push('\n');
        entry = rest;
    }
    if entry.is_empty() {
        return;
    }
    begin_line(depth, text);
    if entry.iter().any(Piece::is_block) || !write_inline(entry, text) {
        write_broken(entry, depth, text);
    }
    text.push('\n');
}

/// Writes an entry whose brackets may have several lines.
fn write_broken(entry: &[Piece], depth: usize, text: &mut String) {
    let mut line = Line::default();
    let mut after_path = false;
    for piece in entry {
        line.space(piece, text);
        match piece {
            Piece::Word(word) => text.push_str(word),
            Piece::Operator(operator) => text.push_str(operator),
            Piece::Group(group) => {
                let has_lines = piece.is_block() && !after_path;
                if has_lines || !write_inline(std::slice::from_ref(piece), text) {
                    write_lines(group, depth, text);
                }
            }
        }
        after_path = matches!(piece, Piece::Operator("::"));
    }
}

/// Writes what stands in brackets, a line each.
fn write_lines(group: &Group, depth: usize, text: &mut String) {
    let (open, close) = brackets(group.delimiter);
    text.push_str(open);
    let entries = entries(&group.pieces);
    if !entries.is_empty() {
        text.push('\n');
        for entry in entries {
            write_entry(entry, depth + 1, text);
        }
        begin_line(depth, text);
    }
    text.push_str(close);
}

fn begin_line(depth: usize, text: &mut String) {
    text.extend(std::iter::repeat_n(' ', INDENT * depth));
}

/// Writes pieces into the line that `text` ends with, if they fit; else nothing.
fn write_inline(pieces: &[Piece], text: &mut String) -> bool {
    let begin = text.len();
    let line = text.rfind('\n').map_or(0, |end| end + 1);
    let fits = write_within(pieces, line + WIDTH, text);
    if !fits {
        text.truncate(begin);
    }
    fits
}

/// Writes pieces up to an end; whether that was all of them.
fn write_within(pieces: &[Piece], end: usize, text: &mut String) -> bool {
    let mut line = Line::default();
    pieces.iter().all(|piece| {
        line.space(piece, text);
        match piece {
            Piece::Word(word) => text.push_str(word),
            Piece::Operator(operator) => text.push_str(operator),
            Piece::Group(group) => {
                let (open, close) = brackets(group.delimiter);
                text.push_str(open);
                if !write_within(&group.pieces, end, text) {
                    return false;
                }
                text.push_str(close);
            }
        }
        text.len() <= end
    })
}

/// The text of a doc attribute, if it can stand as a comment.
fn doc(attribute: &Group) -> Option<Cow<'_, str>> {
    match attribute.pieces.as_slice() {
        [Piece::Word(name), Piece::Operator("="), Piece::Word(literal)] if name == "doc" => {
            let quoted = literal.strip_prefix('"')?.strip_suffix('"')?;
            let text = if quoted.contains('\\') {
                Cow::Owned(quoted.replace("\\\"", "\"").replace("\\'", "'"))
            } else {
                Cow::Borrowed(quoted)
            };
            (!text.contains('\\') && !text.starts_with('/')).then_some(text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::file;

    #[test]
    fn items_stand_in_lines() {
        let tokens = quote! {
            #[doc = " A \"cat\"."]
            #[derive(Clone, Debug)]
            pub struct Cat<'a> { #[doc = " Its name."] pub name: &'a str, pub(crate) kittens: Vec<(Cat<'a>, u8)>, }
            impl<'a> Cat<'a> {
                #[inline]
                pub fn name(&self) -> Option<&'static str> { let f = |a: &str, _| !a.is_empty(); self.kittens::<u8>()?.f(f, |x| x.len())?; Ok(()) }
            }
            use ::std::collections::{BTreeMap, BTreeSet};
            macro_of!(Cat);
        };
        let text = r#"/// A "cat".
#[derive(Clone, Debug)]
pub struct Cat<'a> {
    /// Its name.
    pub name: &'a str,
    pub(crate) kittens: Vec<(Cat<'a>, u8)>,
}
impl<'a> Cat<'a> {
    #[inline]
    pub fn name(&self) -> Option<&'static str> {
        let f = |a: &str, _| !a.is_empty();
        self.kittens::<u8>()?.f(f, |x| x.len())?;
        Ok(())
    }
}
use ::std::collections::{BTreeMap, BTreeSet};
macro_of!(Cat);
"#;
        assert_eq!(file(tokens), text);
    }

    #[test]
    fn long_lists_have_an_entry_a_line() {
        let words = (0..20).map(|index| format!("word_number_{index}"));
        let text = file(quote!(call(first, &[#(#words),*])));
        assert!(text.starts_with("call(\n    first,\n    &[\n        \"word_number_0\",\n"), "{text}");
        assert!(text.ends_with("        \"word_number_19\"\n    ]\n)\n"), "{text}");
    }
}
