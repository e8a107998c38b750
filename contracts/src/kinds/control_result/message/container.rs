//! Container numbers. Source: ISO 6346.

/// Whether a text is a container number: owner code, category (U, J or Z), serial number and check digit.
///
/// # Errors
/// What is wrong, and what to write.
pub(super) fn check(number: &str) -> Result<(), (String, &'static str)> {
    let wrong = |what: String| Err((what, "write four letters, the fourth U, J or Z, and seven digits as on the container"));
    let Ok(bytes) = <[u8; 11]>::try_from(number.as_bytes()) else {
        return wrong(format!("{number} has not the eleven characters of a container number"));
    };
    let [one, two, three, category, serial @ .., check] = bytes;
    let letters = [one, two, three].iter().all(u8::is_ascii_uppercase) && b"UJZ".contains(&category);
    if !letters || !serial.iter().all(u8::is_ascii_digit) || !check.is_ascii_digit() {
        return wrong(format!("{number} is no container number"));
    }
    match check_digit(bytes) {
        digit if digit == u32::from(check.saturating_sub(b'0')) => Ok(()),
        digit => wrong(format!("{number} is mistyped: its check digit would be {digit}")),
    }
}

/// Each character's value times two to the power of its place, the sum modulo 11, and 10 as 0. Letters count from 10 on,
/// multiples of 11 left out.
fn check_digit(bytes: [u8; 11]) -> u32 {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte.saturating_sub(b'0')),
        _ => {
            let plain = u32::from(byte.saturating_sub(b'A')).saturating_add(10);
            // 11, 22 and 33 are left out: A is 10, B 12, K 21, L 23, U 32, V 34.
            plain.saturating_add(u32::from(byte >= b'B')).saturating_add(u32::from(byte >= b'L')).saturating_add(u32::from(byte >= b'V'))
        }
    };
    let places = (0_u32..10).zip(bytes);
    let sum = places.fold(0_u32, |sum, (place, byte)| sum.saturating_add(value(byte).saturating_mul(2_u32.saturating_pow(place))));
    match sum % 11 {
        10 => 0,
        digit => digit,
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn the_check_digit_finds_what_is_mistyped() {
        // The first is the example of ISO 6346; its letters and digits are then changed one by one.
        for good in ["CSQU3054383", "MSKU1234565", "TEMU6079348"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for wrong in ["CSQU3054384", "CSQU3054833", "CSRU3054383", "CSQA3054383", "CSQU305438", "csqu3054383", "1SQU3054383", "CSQU305438X"]
        {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
