//! Scans strings eight bytes at a time, since most bytes of a response are in strings.

/// The number of bytes scanned at a time.
const WORD: usize = size_of::<u64>();

/// Returns a word with all bytes set to `byte`.
const fn repeated(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; WORD])
}

/// Returns the length of the longest prefix without quotes, backslashes and control characters.
pub(super) fn plain(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<WORD>();
    for (index, word) in words.iter().enumerate() {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return index * WORD + special.trailing_zeros() as usize / 8;
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1F);
    text.len() - rest.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Sets the high bit of each byte that is a quote, a backslash or a control character. Only the lowest bit that is set
/// is reliable, since the subtraction borrows from higher bytes.
const fn special(word: u64) -> u64 {
    const LOWEST: u64 = repeated(0x01);
    const HIGHEST: u64 = repeated(0x80);
    let (quote, backslash) = (word ^ repeated(b'"'), word ^ repeated(b'\\'));
    let control = word.wrapping_sub(repeated(0x20)) & !word;
    let quote = quote.wrapping_sub(LOWEST) & !quote;
    let backslash = backslash.wrapping_sub(LOWEST) & !backslash;
    (control | quote | backslash) & HIGHEST
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn each_byte_at_each_place_is_told_apart() {
        for byte in 0..=u8::MAX {
            let is_special = byte < 0x20 || byte == b'"' || byte == b'\\';
            for place in 0..20 {
                for around in [b'a', b'!', b'#', b'[', b']', b' ', 0x7F, 0x80, 0xFF] {
                    let mut text = vec![around; 20];
                    text[place] = byte;
                    assert_eq!(plain(&text), if is_special { place } else { 20 }, "{byte:#04x} at {place}");
                }
            }
        }
    }

    #[test]
    fn the_first_special_byte_counts() {
        assert_eq!(plain(b"abcd\"\\\n\"fghi"), 4);
        assert_eq!(plain(b"abcdefgh\n\"\"\"\"\"\"\"\""), 8);
        assert_eq!(plain(b""), 0);
    }
}
