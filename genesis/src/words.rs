//! A network's id in 24 words, for reading aloud and typing in.
//!
//! The words are the English list of BIP-39 (MIT licence), 2,048 words that differ in their first four letters, and
//! the layout is that of BIP-39 for 256 bits: the 32 bytes, then the first byte of their SHA-256 as a check, eleven
//! bits a word. They name a public thing; they are no secret and no wallet.

use ledger::hash::sha256;
use ledger::id::NetworkId;

/// How many words an id has.
pub const WORD_COUNT: usize = 24;

const LIST: &str = include_str!("english.txt");
const BITS_A_WORD: usize = 11;

/// Why words are not an id.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotWords {
    /// Too few or too many.
    #[error("an id has {WORD_COUNT} words, these are {0}")]
    Count(usize),
    /// A word that is not in the list.
    #[error("word {place} is not in the list: '{word}'")]
    Unknown {
        /// Counted from 1.
        place: usize,
        /// As typed, cut to 16 characters and escaped.
        word: String,
    },
    /// All words are known, but together they are no id: one was misheard, or two changed places.
    #[error("the words do not check: one was misheard, or two changed places")]
    Check,
}

/// The 24 words of an id, with single spaces between them.
pub fn words(id: &NetworkId) -> String {
    let list: Vec<&str> = LIST.lines().collect();
    let mut bytes = id.as_bytes().to_vec();
    bytes.push(sha256(id.as_bytes()).as_bytes()[0]);
    let bit = |index: usize| usize::from(bytes[index / 8] >> (7 - index % 8) & 1);
    let indexes = (0..WORD_COUNT).map(|word| (0..BITS_A_WORD).fold(0, |number, offset| number << 1 | bit(word * BITS_A_WORD + offset)));
    indexes.map(|index| list[index]).collect::<Vec<&str>>().join(" ")
}

/// Reads the words of an id, in whatever case and with whatever white space between them.
///
/// # Errors
/// [`NotWords`] says which word is wrong, or that their check does not hold.
pub fn parse(text: &str) -> Result<NetworkId, NotWords> {
    let typed: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    if typed.len() != WORD_COUNT {
        return Err(NotWords::Count(typed.len()));
    }
    let list: Vec<&str> = LIST.lines().collect();
    let mut bytes = [0_u8; 33];
    for (place, word) in typed.iter().enumerate() {
        let unknown = || NotWords::Unknown { place: place + 1, word: word.chars().take(16).flat_map(char::escape_debug).collect() };
        let index = list.binary_search(&word.as_str()).map_err(|_| unknown())?;
        for offset in 0..BITS_A_WORD {
            let at = place * BITS_A_WORD + offset;
            if index >> (BITS_A_WORD - 1 - offset) & 1 == 1 {
                bytes[at / 8] |= 0x80 >> (at % 8);
            }
        }
    }
    let id = NetworkId::new(*bytes.first_chunk().ok_or(NotWords::Check)?);
    if sha256(id.as_bytes()).as_bytes()[0] == bytes[32] { Ok(id) } else { Err(NotWords::Check) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_the_one_of_bip_39() {
        assert_eq!(sha256(LIST.as_bytes()).to_string(), "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
        // The last vector of BIP-39 with 256 bits of zeros and of ones.
        assert_eq!(words(&NetworkId::new([0; 32])), format!("{}art", "abandon ".repeat(23)));
        assert_eq!(words(&NetworkId::new([0xff; 32])), format!("{}vote", "zoo ".repeat(23)));
    }

    #[test]
    fn words_are_read_as_they_were_written() {
        for byte in 0..=255_u8 {
            let id = NetworkId::new(core::array::from_fn(|index| byte.wrapping_mul(31).wrapping_add(index as u8 * 7)));
            assert_eq!(parse(&words(&id)), Ok(id));
            assert_eq!(parse(&words(&id).to_uppercase().replace(' ', "\n ")), Ok(id));
        }
    }

    #[test]
    fn a_misheard_word_is_noticed() {
        let text = words(&NetworkId::new([7; 32]));
        assert_eq!(parse("abandon"), Err(NotWords::Count(1)));
        let first = text.split(' ').next().unwrap();
        assert_eq!(parse(&text.replacen(first, "symbolon", 1)), Err(NotWords::Unknown { place: 1, word: "symbolon".into() }));
        let mut noticed = 0;
        for other in LIST.lines().take(256).filter(|other| *other != first) {
            noticed += u32::from(parse(&text.replacen(first, other, 1)).is_err());
        }
        assert!(noticed >= 250, "{noticed}");
    }
}
