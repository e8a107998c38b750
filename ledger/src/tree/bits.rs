//! A string of bits in bytes: the highest bit first, the last byte filled up with zeros.

/// Writes bits.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// Where the next bit goes in the last byte; 0 when a new byte is due.
    mask: u8,
}

impl BitWriter {
    pub(super) fn push(&mut self, bit: bool) {
        if self.mask == 0 {
            self.bytes.push(0);
            self.mask = 0x80;
        }
        if let Some(last) = self.bytes.last_mut()
            && bit
        {
            *last |= self.mask;
        }
        self.mask >>= 1;
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads bits.
pub(super) struct BitReader<'a> {
    bytes: core::slice::Iter<'a, u8>,
    byte: u8,
    mask: u8,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter(), byte: 0, mask: 0 }
    }

    /// The next bit, or `None` at the end.
    pub(super) fn next(&mut self) -> Option<bool> {
        if self.mask == 0 {
            self.byte = *self.bytes.next()?;
            self.mask = 0x80;
        }
        let bit = self.byte & self.mask != 0;
        self.mask >>= 1;
        Some(bit)
    }

    /// Whether nothing but the zeros that fill up the last byte is left.
    pub(super) fn ends_here(mut self) -> bool {
        while self.mask != 0 {
            if self.byte & self.mask != 0 {
                return false;
            }
            self.mask >>= 1;
        }
        self.bytes.next().is_none()
    }
}
