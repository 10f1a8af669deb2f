//! Tokens as they stand in a line: operators in one piece, and whether there is a space between two pieces.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// What is written without a space inside.
#[derive(Debug)]
pub enum Piece {
    /// An identifier, a literal or a lifetime.
    Word(String),
    /// Punctuation.
    Operator(&'static str),
    /// What stands in brackets.
    Group(Group),
}

/// What stands in brackets.
#[derive(Debug)]
pub struct Group {
    pub delimiter: Delimiter,
    pub pieces: Vec<Piece>,
    /// Whether it has lines of its own: if it is a block, or one is in it.
    pub is_block: bool,
}

/// The pieces of a stream of tokens.
pub fn pieces(tokens: TokenStream) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        pieces.push(match token {
            TokenTree::Group(group) => {
                let (delimiter, stream) = (group.delimiter(), group.stream());
                // What two own is copied before it is taken apart.
                drop(group);
                let pieces = self::pieces(stream);
                let is_block = match delimiter {
                    Delimiter::Brace => !pieces.is_empty(),
                    _ => pieces.iter().any(Piece::is_block),
                };
                Piece::Group(Group { delimiter, pieces, is_block })
            }
            TokenTree::Ident(name) => Piece::Word(name.to_string()),
            TokenTree::Literal(literal) => Piece::Word(literal.to_string()),
            TokenTree::Punct(first) if first.as_char() == '\'' => {
                let name = tokens.next().map(|name| name.to_string()).unwrap_or_default();
                Piece::Word(format!("'{name}"))
            }
            TokenTree::Punct(first) => {
                let second = match tokens.peek() {
                    Some(TokenTree::Punct(second)) if first.spacing() == Spacing::Joint => Some(second.as_char()),
                    _ => None,
                };
                match second.and_then(|second| double(first.as_char(), second)) {
                    Some(operator) => {
                        tokens.next();
                        Piece::Operator(operator)
                    }
                    None => match single(first.as_char()) {
                        Some(operator) => Piece::Operator(operator),
                        None => Piece::Word(first.to_string()),
                    },
                }
            }
        });
    }
    pieces
}

impl Piece {
    /// Whether it has lines of its own.
    pub fn is_block(&self) -> bool {
        matches!(self, Self::Group(Group { is_block: true, .. }))
    }
}

/// An operator of two characters.
fn double(first: char, second: char) -> Option<&'static str> {
    Some(match (first, second) {
        (':', ':') => "::",
        ('-', '>') => "->",
        ('=', '>') => "=>",
        ('=', '=') => "==",
        ('!', '=') => "!=",
        ('.', '.') => "..",
        ('|', '|') => "||",
        ('&', '&') => "&&",
        _ => return None,
    })
}

/// An operator of one character.
fn single(character: char) -> Option<&'static str> {
    Some(match character {
        ',' => ",",
        ';' => ";",
        ':' => ":",
        '.' => ".",
        '?' => "?",
        '=' => "=",
        '<' => "<",
        '>' => ">",
        '&' => "&",
        '!' => "!",
        '#' => "#",
        '|' => "|",
        '+' => "+",
        '-' => "-",
        '*' => "*",
        _ => return None,
    })
}

/// Words after which brackets are no call.
const KEYWORDS: [&str; 11] = ["as", "dyn", "else", "for", "if", "impl", "in", "let", "match", "mut", "return"];

/// Whether a word begins something, so that a path or a bracket after it stands for itself.
fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) || word == "use" || word.starts_with('\'')
}

/// Knows where spaces belong in a line.
#[derive(Default)]
pub struct Line<'p> {
    last: Option<Last<'p>>,
    /// Between the bars of a closure.
    in_closure: bool,
}

enum Last<'p> {
    Word(&'p str),
    Operator(&'static str),
    OpeningBar,
    ClosingBar,
    Group(Delimiter),
}

impl<'p> Line<'p> {
    /// Writes a space if one belongs before this piece, and takes note of it. The caller writes the piece.
    pub fn space(&mut self, next: &'p Piece, text: &mut String) {
        let bar = matches!(next, Piece::Operator("|"))
            && (self.in_closure
                || match self.last {
                    Some(Last::Word(word)) => is_keyword(word),
                    Some(Last::Group(_)) => false,
                    _ => true,
                });
        if self.needs_space(next) && !(bar && self.in_closure) {
            text.push(' ');
        }
        self.last = Some(match next {
            Piece::Word(word) => Last::Word(word),
            Piece::Group(group) => Last::Group(group.delimiter),
            Piece::Operator(_) if bar => {
                self.in_closure = !self.in_closure;
                if self.in_closure { Last::OpeningBar } else { Last::ClosingBar }
            }
            Piece::Operator(operator) => Last::Operator(operator),
        });
    }

    fn needs_space(&self, next: &Piece) -> bool {
        let Some(last) = &self.last else { return false };
        let glues = match last {
            Last::Operator(operator) => matches!(*operator, "::" | "." | "&" | "<" | "!" | "#" | "*" | ".." | "-"),
            Last::OpeningBar => true,
            _ => false,
        };
        match next {
            _ if glues => false,
            Piece::Word(_) => true,
            Piece::Operator("," | ";" | "." | "?" | ":" | ">") => false,
            Piece::Operator("::" | "<" | "!") => match last {
                Last::Word(word) => !matches!(next, Piece::Operator("<")) && is_keyword(word),
                Last::Operator(operator) => *operator != ">",
                Last::OpeningBar => false,
                Last::ClosingBar => true,
                Last::Group(_) => false,
            },
            Piece::Operator(_) => true,
            Piece::Group(group) => match (group.delimiter, last) {
                (Delimiter::Brace, _) => true,
                (_, Last::Word(word)) => is_keyword(word),
                (_, Last::Operator(operator)) => !matches!(*operator, ">" | "?"),
                (_, Last::Group(delimiter)) => *delimiter == Delimiter::Brace,
                (_, Last::OpeningBar) => false,
                (_, Last::ClosingBar) => true,
            },
        }
    }
}

/// The brackets of a group.
pub fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}
