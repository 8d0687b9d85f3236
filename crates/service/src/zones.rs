//! Time zones by their names: what pages and mails need of them, out of a table of the whole world.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::{self, TimeZone};
use texts::Zone;

/// The last year whose changes are told, in seconds since 1970: up to 2040. Later moments are
/// shown in the winter time of that year, on the server and in the browser alike.
const TOLD_UNTIL: i64 = 2_208_988_800;

/// Longer than any name in the table.
const LONGEST_NAME: usize = 64;

/// The zone of this IANA name, such as `Europe/Berlin`.
pub fn find(name: &str) -> Option<Zone> {
    /// Only names of the table get in here, each in its one spelling, so it stays small.
    static KNOWN: LazyLock<Mutex<HashMap<String, Zone>>> = LazyLock::new(Mutex::default);

    if name.len() > LONGEST_NAME {
        return None;
    }
    let found = tz::db().get(name).ok()?;
    let name = found.iana_name()?;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(zone) = known.get(name) {
        return Some(zone.clone());
    }
    let zone = told(name, &found);
    known.insert(name.to_owned(), zone.clone());
    Some(zone)
}

/// The zone this machine is set to, else UTC.
pub fn of_this_machine() -> Zone {
    let zone = TimeZone::try_system().ok();
    let named = zone.as_ref().and_then(TimeZone::iana_name).and_then(find);
    named.unwrap_or_else(Zone::utc)
}

/// The changes of a zone since 1970. A change of its abbreviation alone is none.
fn told(name: &str, zone: &TimeZone) -> Zone {
    let first = zone.to_offset(Timestamp::UNIX_EPOCH).seconds();
    let mut distance = first;
    let mut changes = Vec::new();
    let times = zone.following(Timestamp::UNIX_EPOCH);
    for change in times.take_while(|change| change.timestamp().as_second() < TOLD_UNTIL) {
        let next = change.offset().seconds();
        if next != distance {
            changes.push((change.timestamp().as_second(), next));
            distance = next;
        }
    }
    Zone::new(name, first, &changes)
}

#[cfg(test)]
mod tests {
    use texts::{Language, format};

    use super::*;

    /// What a clock there shows.
    fn shown(zone: &str, moment: &str) -> String {
        let zone = find(zone).expect("a zone of the table");
        // As the browser has it.
        let zone = Zone::from_text(&zone.to_text()).expect("what was just written");
        let moment: Timestamp = moment.parse().expect("a moment");
        let date = format::date(moment.as_microsecond(), &zone, Language::En);
        date.replace('\u{a0}', " ")
    }

    #[test]
    fn clocks_show_what_people_there_see() {
        for (zone, moment, expected) in [
            ("UTC", "2026-07-01T12:00:00Z", "1 Jul 2026, 12:00"),
            ("Europe/Berlin", "2026-03-29T00:59:59Z", "29 Mar 2026, 01:59"),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", "29 Mar 2026, 03:00"),
            ("Europe/Berlin", "2026-10-25T00:59:59Z", "25 Oct 2026, 02:59"),
            ("Europe/Berlin", "2026-10-25T01:00:00Z", "25 Oct 2026, 02:00"),
            ("Europe/Berlin", "2039-07-01T12:00:00Z", "1 Jul 2039, 14:00"),
            ("Europe/Berlin", "1975-07-01T12:00:00Z", "1 Jul 1975, 13:00"),
            ("America/New_York", "2026-03-08T06:59:59Z", "8 Mar 2026, 01:59"),
            ("America/New_York", "2026-03-08T07:00:00Z", "8 Mar 2026, 03:00"),
            ("America/New_York", "2026-12-31T23:30:00Z", "31 Dec 2026, 18:30"),
            ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", "1 Jan 2026, 11:00"),
            ("Australia/Lord_Howe", "2026-07-01T00:00:00Z", "1 Jul 2026, 10:30"),
            ("Asia/Kathmandu", "2026-07-01T00:00:00Z", "1 Jul 2026, 05:45"),
            ("Asia/Kathmandu", "1985-07-01T00:00:00Z", "1 Jul 1985, 05:30"),
            ("Pacific/Apia", "2011-12-30T09:59:59Z", "29 Dec 2011, 23:59"),
            ("Pacific/Apia", "2011-12-30T10:00:00Z", "31 Dec 2011, 00:00"),
            ("Africa/Monrovia", "1971-01-01T00:00:00Z", "31 Dec 1970, 23:15"),
            ("Africa/Casablanca", "2026-02-20T12:00:00Z", "20 Feb 2026, 12:00"),
        ] {
            assert_eq!(shown(zone, moment), expected, "{zone} {moment}");
        }
    }

    #[test]
    fn days_are_counted_by_the_calendar_there() {
        let apia = find("Pacific/Apia").expect("a zone");
        let micros = |moment: &str| moment.parse::<Timestamp>().expect("a moment").as_microsecond();
        let (before, after) = (micros("2011-12-30T09:00:00Z"), micros("2011-12-30T11:00:00Z"));
        assert_eq!(format::days_between(before, after, &apia), 2, "a day was left out");
        let berlin = find("Europe/Berlin").expect("a zone");
        let (evening, night) = (micros("2026-03-28T22:30:00Z"), micros("2026-03-29T22:15:00Z"));
        assert_eq!(format::days_between(evening, night, &berlin), 2, "a short day is a day");
    }

    #[test]
    fn every_zone_is_short_and_agrees_with_the_table() {
        let mut longest = (0, String::new());
        for name in tz::db().available() {
            let Some(zone) = find(name.as_str()) else { continue };
            let text = zone.to_text();
            assert_eq!(Zone::from_text(&text).as_ref(), Some(&zone), "{name}");
            longest = longest.max((text.len(), name.to_string()));
            let table = tz::db().get(name.as_str()).expect("it is there");
            for seconds in (0..TOLD_UNTIL).step_by(86_400 * 9 + 5) {
                let moment = Timestamp::from_second(seconds).expect("a moment");
                let expected = table.to_offset(moment).seconds();
                assert_eq!(zone.offset_at(seconds), expected, "{name} at {moment}");
            }
        }
        assert!(longest.0 > 500 && longest.0 <= 1000, "{longest:?}");
    }

    #[test]
    fn a_name_is_known_or_nothing() {
        assert_eq!(find("europe/berlin"), find("Europe/Berlin"));
        assert_eq!(find("Asia/Calcutta").expect("an old name").name(), "Asia/Calcutta");
        let long = "A/".repeat(5000);
        for name in [
            "",
            "Middle/Earth",
            "Etc/Unknown",
            "../../etc/passwd",
            "/etc/localtime",
            "UTC\u{0}",
            "é",
            &long,
        ] {
            assert_eq!(find(name), None, "{name:.40}");
        }
        assert!(!of_this_machine().name().is_empty());
    }
}
