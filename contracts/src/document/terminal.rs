//! Text from documents, made safe to print.

use std::borrow::Cow;

/// Replaces every character that could move a cursor, hide text or turn its direction by a visible escape.
///
/// Escaped as `\u{1b}` in the notation of Rust: control characters (C0, DEL and C1, line breaks and tabs included),
/// the bidirectional controls of Unicode (UAX #9: ALM, LRM, RLM, embeddings, overrides, isolates), line and paragraph
/// separators, zero-width and other invisible format characters, interlinear and musical format controls, the byte
/// order mark, variation selectors and tags. A backslash is doubled, so that an escape cannot be imitated. Everything
/// else, in any script, stays as it is. Source: ASSURANCE "Imports".
pub fn escape_for_terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|character| character == '\\' || is_unsafe_on_terminal(character)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len().saturating_add(16));
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            _ if is_unsafe_on_terminal(character) => escaped.extend(character.escape_unicode()),
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character could move a cursor, hide text or turn its direction: see [`escape_for_terminal`].
pub fn is_unsafe_on_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text shows all that it holds: no character that is [not seen](is_unsafe_on_terminal), no blank but the space, and
/// none at the ends. Two names that differ in these alone look alike.
pub fn is_seen_as_it_is(text: &str) -> bool {
    let is_unseen = |character: char| is_unsafe_on_terminal(character) || (character.is_whitespace() && character != ' ');
    !text.chars().any(is_unseen) && text.trim() == text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_fool_a_reader_is_escaped_and_scripts_are_not() {
        for (text, shown) in [
            ("Añejo, 果汁, فستق, हल्दी", "Añejo, 果汁, فستق, हल्दी"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\r\nb\tc", "a\\u{d}\\u{a}b\\u{9}c"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("VALID\u{202e}DILAV", "VALID\\u{202e}DILAV"),
            ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("\\u{1b}", "\\\\u{1b}"),
            ("\u{feff}\u{7f}", "\\u{feff}\\u{7f}"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("\u{1d159}null notehead", "\\u{1d159}null notehead"),
            ("\u{2800}blank of Braille", "\\u{2800}blank of Braille"),
        ] {
            assert_eq!(escape_for_terminal(text), shown);
        }
    }
    #[test]
    fn a_name_holds_no_blank_but_the_space() {
        for name in ["Customs of Chile", "海关总署", "Añejo & Söhne"] {
            assert!(is_seen_as_it_is(name), "{name}");
        }
        let other_blanks = ('\u{2000}'..='\u{200b}').chain(['\u{a0}', '\u{1680}', '\u{202f}', '\u{205f}', '\u{3000}', '\t']);
        for blank in other_blanks {
            assert!(!is_seen_as_it_is(&format!("Customs{blank}of Chile")), "U+{:04X}", u32::from(blank));
        }
        assert!(!is_seen_as_it_is("Customs ") && !is_seen_as_it_is(" Customs"));
    }
}
