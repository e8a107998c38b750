//! The one canonical encoding: deterministic CBOR (RFC 8949 section 4.2.1), specified in `docs/spec/`.
//!
//! Structures are maps with ascending integer keys; what is absent is omitted; there are no text keys and no
//! floats; sets are sorted arrays without repeats. Decoding reads, writes again, compares, and refuses every
//! other form, so that each value has exactly one byte string and each byte string at most one meaning.

use minicbor::{Decode, Encode};

/// Why bytes were not accepted: the sender's fault, always.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Malformed {
    /// More bytes than this kind of value may have.
    #[error("{what} has {actual} bytes, the most is {most}")]
    TooLong {
        /// The name of the kind of value.
        what: &'static str,
        /// How many bytes came.
        actual: usize,
        /// How many are allowed.
        most: usize,
    },
    /// Not the CBOR that the value's specification describes.
    #[error("{what} is not readable: {cause}")]
    Unreadable {
        /// The name of the kind of value.
        what: &'static str,
        /// What the reader met, with its byte position where known.
        cause: String,
    },
    /// Readable, but not in the one canonical form (or followed by further bytes, or with unknown keys).
    #[error("{what} is not in canonical form")]
    NotCanonical {
        /// The name of the kind of value.
        what: &'static str,
    },
}

/// A value that has one canonical byte string of bounded length.
pub trait Canonical: Encode<()> + for<'b> Decode<'b, ()> {
    /// The value's name in error messages.
    const NAME: &'static str;
    /// The most bytes its encoding may have.
    const BYTES_MAX: usize;

    /// Writes the canonical bytes.
    fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads one value and nothing after it.
    ///
    /// # Errors
    /// [`Malformed`] if the bytes are too long, cut short, of another shape or not canonical.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed>
    where
        Self: Sized,
    {
        decode(Self::NAME, Self::BYTES_MAX, bytes)
    }
}

/// Writes a value's canonical bytes.
pub fn encode<T: Encode<()> + ?Sized>(value: &T) -> Vec<u8> {
    let mut encoder = minicbor::Encoder::new(Written(Vec::with_capacity(256)));
    // Writing to a vector cannot fail, and our own `Encode` implementations raise no error of their own.
    let _ = encoder.encode(value);
    encoder.into_writer().0
}

/// What was written so far.
struct Written(Vec<u8>);

impl minicbor::encode::Write for Written {
    type Error = core::convert::Infallible;

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        match bytes {
            // Most items are one byte: nothing is called for these.
            [one] => self.0.push(*one),
            more => self.0.extend_from_slice(more),
        }
        Ok(())
    }
}

/// Reads one value of at most `most` bytes and nothing after it, in canonical form only.
///
/// # Errors
/// [`Malformed`], as [`Canonical::from_bytes`].
pub fn decode<T>(what: &'static str, most: usize, bytes: &[u8]) -> Result<T, Malformed>
where
    T: Encode<()> + for<'b> Decode<'b, ()>,
{
    if bytes.len() > most {
        return Err(Malformed::TooLong { what, actual: bytes.len(), most });
    }
    let value: T = minicbor::decode(bytes).map_err(|error| Malformed::Unreadable { what, cause: error.to_string() })?;
    let mut encoder = minicbor::Encoder::new(Same(bytes));
    let same = encoder.encode(&value).is_ok() && encoder.writer().0.is_empty();
    if !same {
        return Err(Malformed::NotCanonical { what });
    }
    Ok(value)
}

/// Compares what is written with what is there, and keeps nothing of it.
struct Same<'a>(&'a [u8]);

impl minicbor::encode::Write for Same<'_> {
    type Error = ();

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> Result<(), ()> {
        self.0 = match (bytes, self.0) {
            // Most items are one byte: nothing is called for these.
            ([one], [first, rest @ ..]) if one == first => rest,
            (_, there) => there.strip_prefix(bytes).ok_or(())?,
        };
        Ok(())
    }
}

/// Whether each item is greater than the one before: the canonical form of a set.
pub fn strictly_ascending<T: Ord>(items: &[T]) -> bool {
    items.iter().zip(items.iter().skip(1)).all(|(one, next)| one < next)
}

/// A byte string as a field: CBOR major type 2, where a plain `Vec<u8>` would be an array of numbers.
pub type Bytes = minicbor::bytes::ByteVec;

/// 32 bytes as two numbers that compare as the bytes do.
#[inline]
pub(crate) fn halves(bytes: &[u8; 32]) -> (u128, u128) {
    let [high, low] = bytes.as_chunks().0 else { return (0, 0) };
    (u128::from_be_bytes(*high), u128::from_be_bytes(*low))
}

/// Writes the twenty lines that every 32-byte name needs.
macro_rules! bytes32 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, PartialEq)]
        pub struct $name([u8; 32]);

        /// Byte by byte from the first, as everywhere; as numbers, since maps of the state compare little else.
        impl Ord for $name {
            #[inline]
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                $crate::codec::halves(&self.0).cmp(&$crate::codec::halves(&other.0))
            }
        }

        impl PartialOrd for $name {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl $name {
            /// Takes the 32 bytes as they are.
            pub const fn new(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// Reads 64 hexadecimal digits, or `None`.
            pub fn from_hex(text: &str) -> Option<Self> {
                let mut bytes = [0; 32];
                hex::decode_to_slice(text, &mut bytes).ok()?;
                Some(Self(bytes))
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                out.write_str(&hex::encode(self.0))
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(out, "{}({})", stringify!($name), hex::encode(self.0))
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let position = d.position();
                d.bytes()?
                    .try_into()
                    .map(Self)
                    .map_err(|_| minicbor::decode::Error::message("expected 32 bytes").at(position))
            }
        }
    };
}
pub(crate) use bytes32;

/// Writes CBOR for a short text that a checked constructor `parse(&str)` guards.
macro_rules! checked_text {
    ($name:ident) => {
        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(out, "{}({:?})", stringify!($name), self.as_str())
            }
        }

        impl core::str::FromStr for $name {
            type Err = crate::id::NotAName;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.str(self.as_str())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let position = d.position();
                Self::parse(d.str()?).map_err(|error| minicbor::decode::Error::message(error).at(position))
            }
        }
    };
}
pub(crate) use checked_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Decode, Encode, PartialEq)]
    #[cbor(map)]
    struct Pair {
        #[n(0)]
        one: u64,
        #[n(1)]
        two: Option<Bytes>,
    }

    fn read(bytes: &[u8]) -> Result<Pair, Malformed> {
        decode("pair", 64, bytes)
    }

    #[test]
    fn what_is_absent_is_omitted() {
        assert_eq!(encode(&Pair { one: 7, two: None }), [0xa1, 0x00, 0x07]);
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        assert_eq!(read(&[0xa1, 0x00, 0x07]), Ok(Pair { one: 7, two: None }));
        for (bytes, why) in [
            (&[0xa1, 0x00, 0x18, 0x07][..], "a number longer than needed"),
            (&[0xbf, 0x00, 0x07, 0xff], "an indefinite length"),
            (&[0xa2, 0x00, 0x07, 0x01, 0xf6], "a null for what is absent"),
            (&[0xa2, 0x01, 0x41, 0x00, 0x00, 0x07], "keys out of order"),
            (&[0xa2, 0x00, 0x07, 0x05, 0x00], "an unknown key"),
            (&[0xa1, 0x00, 0x07, 0x00], "a byte behind the value"),
        ] {
            assert!(read(bytes).is_err(), "{why}");
        }
        assert!(matches!(read(&[0xa1, 0x00]), Err(Malformed::Unreadable { .. })));
        assert!(matches!(read(&[0; 65]), Err(Malformed::TooLong { .. })));
    }
}
