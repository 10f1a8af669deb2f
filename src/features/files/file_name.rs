//! Sanitizes file names that come from a server.

/// Returns a similar name that is safe in any folder on any system.
///
/// Characters that some system reserves become `_`, as do control characters and those that reverse the direction of
/// text, and a leading dot, which would hide the file. Trailing dots and spaces, which Windows ignores, are removed. A
/// `_` is added to Windows device names, empty names, and names that end in `.part` like partial files. Long names are
/// truncated before their extension.
pub(super) fn safe_file_name(name: &str) -> String {
    // File systems allow 255 bytes or UTF-16 units, including suffixes such as `.part`.
    const LONGEST: usize = 200;
    const LONGEST_EXTENSION: usize = 20;
    let mut safe: String = name.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    if safe.len() > LONGEST {
        let dot = safe.rfind('.').filter(|dot| safe.len() - dot <= LONGEST_EXTENSION).unwrap_or(safe.len());
        let extension = safe.split_off(dot);
        let mut end = LONGEST - extension.len();
        while !safe.is_char_boundary(end) {
            end -= 1;
        }
        safe.truncate(end);
        safe.push_str(&extension);
    }
    safe.truncate(safe.trim_end_matches(['.', ' ']).len());
    if safe.starts_with('.') {
        safe.replace_range(..1, "_");
    }
    let stem = safe.split('.').next().unwrap_or_default().trim_end();
    if safe.is_empty() || is_device(stem) {
        safe.insert(0, '_');
    }
    if safe.to_ascii_lowercase().ends_with(".part") {
        safe.push('_');
    }
    safe
}

fn is_safe(c: char) -> bool {
    let is_reserved = matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let is_direction = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(c.is_control() || is_reserved || is_direction)
}

/// Returns true for the name of a Windows device, without an extension.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    if matches!(&*stem, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let number = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    matches!(number, Some("0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"))
}

#[cfg(test)]
mod tests {
    use super::safe_file_name;

    #[test]
    fn names_are_kept_as_far_as_they_are_safe() {
        let rows = [
            ("film.mp4", "film.mp4"),
            ("Ünter (1) – größer.tar.gz", "Ünter (1) – größer.tar.gz"),
            ("../escaped.txt", "_._escaped.txt"),
            ("..\\..\\escaped.txt", "_._.._escaped.txt"),
            ("/etc/passwd", "_etc_passwd"),
            ("C:\\a.txt", "C__a.txt"),
            ("a:stream", "a_stream"),
            ("", "_"),
            (".", "_"),
            ("..", "_"),
            (" . ", "_"),
            (".bashrc", "_bashrc"),
            ("a.txt. .", "a.txt"),
            ("a\0b\n\u{7f}\u{85}.txt", "a_b___.txt"),
            ("gpj\u{202e}exe.jpg", "gpj_exe.jpg"),
            ("NUL", "_NUL"),
            ("con.txt", "_con.txt"),
            ("Lpt¹ .tar.gz", "_Lpt¹ .tar.gz"),
            ("console.txt", "console.txt"),
            ("film.mp4.PART", "film.mp4.PART_"),
        ];
        for (name, expected) in rows {
            assert_eq!(safe_file_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn long_names_are_truncated_at_characters_and_keep_their_extension() {
        let cut = safe_file_name(&format!("{}.tar.gz", "ü".repeat(300)));
        assert_eq!(cut, format!("{}.gz", "ü".repeat(98)));
        assert_eq!(safe_file_name(&format!("a.{}", "b".repeat(300))), format!("a.{}", "b".repeat(198)));
        assert_eq!(safe_file_name(&format!("{}. {}", "a".repeat(198), "b".repeat(300))), "a".repeat(198));
    }
}
