//! Time zones, without the world's table of them.
//!
//! The server knows the table; a page needs one zone of it. So a zone is only its moments of
//! change and the distance from UTC after each. It travels as a short text, and whoever reads that
//! text computes the same day and time as whoever wrote it.

use std::sync::Arc;

/// How far a clock is from UTC, at each moment. A clone is a pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: Arc<str>,
    /// Seconds east of UTC before the first change.
    first: i32,
    /// Changes in order: seconds since 1970 UTC, seconds east of UTC from then on.
    changes: Arc<[(i64, i32)]>,
}

/// Farther from UTC than any clock was ever set.
const FARTHEST: i32 = 26 * 3600;

/// Letters stand for distances, in the order in which they come up.
const FIRST_LETTER: u8 = b'A';
const LETTERS: usize = 26;

impl Zone {
    /// A zone by its IANA name and its changes in order of time.
    pub fn new(name: &str, first: i32, changes: &[(i64, i32)]) -> Self {
        Self {
            name: name.into(),
            first,
            changes: changes.into(),
        }
    }

    pub fn utc() -> Self {
        Self::new("UTC", 0, &[])
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Seconds east of UTC, `seconds` after 1970 began there.
    pub fn offset_at(&self, seconds: i64) -> i32 {
        let past = self.changes.partition_point(|(at, _)| *at <= seconds);
        past.checked_sub(1).map_or(self.first, |last| self.changes[last].1)
    }

    /// The zone as a short text: its name, its distances from UTC, then each change as the seconds
    /// since the one before, to the base of 36, and the letter of the distance from then on.
    ///
    /// `Europe/Berlin;3600,7200;tcmys0Basw00A`
    pub fn to_text(&self) -> String {
        let mut distances = vec![self.first];
        let mut changes = String::new();
        let mut before = 0;
        for (at, distance) in self.changes.iter() {
            let known = distances.iter().position(|known| known == distance);
            let place = known.unwrap_or_else(|| {
                distances.push(*distance);
                distances.len() - 1
            });
            // Zones with more distances do not exist; one that did would keep those it had.
            if let Some(letter) = u8::try_from(place).ok().filter(|place| usize::from(*place) < LETTERS) {
                push_digits(&mut changes, at - before);
                changes.push(char::from(FIRST_LETTER + letter));
                before = *at;
            }
        }
        let distances: Vec<String> = distances.iter().take(LETTERS).map(i32::to_string).collect();
        format!("{};{};{changes}", self.name, distances.join(","))
    }

    /// The zone that [`to_text`](Self::to_text) wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once(';')?;
        let (listed, digits) = rest.split_once(';')?;
        let mut distances = Vec::new();
        for distance in listed.split(',') {
            let distance: i32 = distance.parse().ok()?;
            distances.push((-FARTHEST..=FARTHEST).contains(&distance).then_some(distance)?);
        }
        let mut changes = Vec::new();
        let (mut at, mut since) = (0_i64, 0_i64);
        for byte in digits.bytes() {
            if byte.is_ascii_uppercase() {
                at = at.checked_add(since)?;
                since = 0;
                changes.push((at, *distances.get(usize::from(byte - FIRST_LETTER))?));
            } else {
                let digit = char::from(byte).to_digit(36)?;
                since = since.checked_mul(36)?.checked_add(i64::from(digit))?;
            }
        }
        Some(Self::new(name, *distances.first()?, &changes))
    }
}

fn push_digits(text: &mut String, mut number: i64) {
    let start = text.len();
    while number > 0 {
        let digit = u32::try_from(number % 36)
            .ok()
            .and_then(|digit| char::from_digit(digit, 36));
        text.insert(start, digit.unwrap_or('0'));
        number /= 36;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two summers of Berlin.
    fn berlin() -> Zone {
        let changes = [
            (1_774_746_000, 7200),
            (1_792_890_000, 3600),
            (1_806_195_600, 7200),
            (1_824_944_400, 3600),
        ];
        Zone::new("Europe/Berlin", 3600, &changes)
    }

    #[test]
    fn a_zone_changes_at_its_moments() {
        for (at, expected) in [
            (i64::MIN, 3600),
            (1_774_745_999, 3600),
            (1_774_746_000, 7200),
            (1_792_889_999, 7200),
            (1_792_890_000, 3600),
            (1_806_195_600, 7200),
            (i64::MAX, 3600),
        ] {
            assert_eq!(berlin().offset_at(at), expected, "{at}");
        }
        assert_eq!(Zone::utc().offset_at(1_792_890_000), 0);
    }

    #[test]
    fn a_zone_reads_what_it_writes() {
        let odd = Zone::new("Odd/Place", -2670, &[(0, 0), (1, -37_800), (90, 50_400)]);
        for zone in [berlin(), odd, Zone::utc()] {
            assert_eq!(Zone::from_text(&zone.to_text()), Some(zone));
        }
        assert_eq!(Zone::utc().to_text(), "UTC;0;");
        assert_eq!(berlin().to_text(), "Europe/Berlin;3600,7200;tcmys0Basw00A7x6o0Bb5uo0A");
    }

    #[test]
    fn what_is_no_zone_is_nothing() {
        for text in [
            "",
            "UTC",
            "UTC;0",
            "UTC;;",
            "UTC;x;",
            "UTC;99999999;",
            "UTC;-99999999;",
            "UTC;0;1B",
            "UTC;0;1a1A;",
            "UTC;0;é",
            "UTC;0;zzzzzzzzzzzzzzzA",
            "UTC;0;yyyyyyyyyyyyAyyyyyyyyyyyyAyyyyyyyyyyyyA",
        ] {
            assert_eq!(Zone::from_text(text), None, "{text}");
        }
    }
}
