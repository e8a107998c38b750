//! The member's bearer token: what its own officers' and issuers' tools show.

use super::error::{Code, Problem};
use axum::http::{HeaderMap, header};
use ledger::hash::sha256;
use subtle::ConstantTimeEq as _;

/// How many characters a token has at least.
pub const TOKEN_CHARS_MIN: usize = 16;
/// How many characters a token has at most.
pub const TOKEN_CHARS_MAX: usize = 1024;

/// The token, kept as its digest only.
pub struct Token([u8; 32]);

/// Why a token file cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the token has {TOKEN_CHARS_MIN} to {TOKEN_CHARS_MAX} visible ASCII characters; write a new one, such as 32 random bytes in hexadecimal"
)]
pub struct WeakToken;

impl Token {
    /// Reads a token file; white space around the token is passed over.
    ///
    /// # Errors
    /// [`WeakToken`] if it is too short, too long or not visible ASCII.
    pub fn from_file(bytes: &[u8]) -> Result<Self, WeakToken> {
        let token = bytes.trim_ascii();
        if !(TOKEN_CHARS_MIN..=TOKEN_CHARS_MAX).contains(&token.len()) || !token.iter().all(u8::is_ascii_graphic) {
            return Err(WeakToken);
        }
        Ok(Self(*sha256(token).as_bytes()))
    }

    /// Whether the request shows the token. The comparison takes the same time wherever the two differ: digests of
    /// equal length are compared, in constant time.
    ///
    /// # Errors
    /// [`Code::MissingToken`] or [`Code::WrongToken`].
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let missing = || {
            Problem::new(
                Code::MissingToken,
                "this address is for the member's own tools: send the token of the member's home as Authorization: Bearer TOKEN",
            )
        };
        let value = headers.get(header::AUTHORIZATION).ok_or_else(missing)?.as_bytes();
        let (scheme, shown) = value.split_at_checked(7).ok_or_else(missing)?;
        if !scheme.eq_ignore_ascii_case(b"Bearer ") {
            return Err(missing());
        }
        if bool::from(sha256(shown.trim_ascii()).as_bytes().ct_eq(&self.0)) {
            return Ok(());
        }
        Err(Problem::new(Code::WrongToken, "the token shown is not this member's; copy it anew from the file `token` of the member's home"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_the_very_token_passes() {
        let token = Token::from_file(b"0123456789abcdef\n").unwrap();
        let check = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_str(text).unwrap());
            token.check(&headers).map_err(|problem| problem.code())
        };
        assert_eq!(check("Bearer 0123456789abcdef"), Ok(()));
        assert_eq!(check("bearer 0123456789abcdef"), Ok(()));
        for wrong in ["Bearer 0123456789abcdeg", "Bearer 0123456789abcde", "Bearer 0123456789abcdef0", "Bearer  "] {
            assert_eq!(check(wrong), Err(Code::WrongToken), "{wrong}");
        }
        for none in ["Basic 0123456789abcdef", "Bearer", ""] {
            assert_eq!(check(none), Err(Code::MissingToken), "{none}");
        }
        assert_eq!(token.check(&HeaderMap::new()).map_err(|problem| problem.code()), Err(Code::MissingToken));
    }

    #[test]
    fn a_token_that_could_be_guessed_is_refused() {
        assert!(Token::from_file(&[b'a'; TOKEN_CHARS_MIN - 1]).is_err());
        assert!(Token::from_file(&[b'a'; TOKEN_CHARS_MAX]).is_ok());
        assert!(Token::from_file(&[b'a'; TOKEN_CHARS_MAX + 1]).is_err());
        assert!(Token::from_file(b"0123456789 abcdef").is_err());
    }
}
