//! From microseconds to the day on the wall. The Gregorian calendar in whole numbers; years that
//! the calendar did not exist in are counted as if it had.

/// A moment as calendar and clock show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub year: i64,
    /// January is 0.
    pub month: usize,
    /// The first is 1.
    pub day: u32,
    /// Monday is 0.
    pub weekday: usize,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
}

const DAY: i64 = 86_400;
const DAYS_IN_400_YEARS: i64 = 146_097;
const DAYS_IN_100_YEARS: i64 = 36_524;
const DAYS_IN_4_YEARS: i64 = 1_461;
const DAYS_IN_YEAR: i64 = 365;
/// 1 March 2000 is the start of a 400-year cycle whose leap days all come last in their year.
const CYCLE_START: i64 = 11_017;
/// Lengths of the months from March on, in which February comes last.
const MONTHS_FROM_MARCH: [i64; 12] = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29];

impl Civil {
    /// `micros` since 1970 UTC, seen `offset` seconds east of it.
    pub(super) fn at(micros: i64, offset: i32) -> Self {
        let days = Self::day_number(micros, offset);
        let time = local_seconds(micros, offset).rem_euclid(DAY);
        let (year, month, day) = date(days);
        Self {
            year,
            month,
            day,
            // 1 January 1970 was a Thursday.
            weekday: index(days.saturating_add(3).rem_euclid(7)),
            hour: part(time / 3600),
            minute: part(time / 60 % 60),
            second: part(time % 60),
        }
    }

    /// Days since 1 January 1970, in local time.
    pub(super) fn day_number(micros: i64, offset: i32) -> i64 {
        local_seconds(micros, offset).div_euclid(DAY)
    }
}

fn local_seconds(micros: i64, offset: i32) -> i64 {
    micros.div_euclid(1_000_000) + i64::from(offset)
}

/// Year, month from 0 and day from 1 of a day number.
fn date(days: i64) -> (i64, usize, u32) {
    let since = days - CYCLE_START;
    let (cycles, mut rest) = (since.div_euclid(DAYS_IN_400_YEARS), since.rem_euclid(DAYS_IN_400_YEARS));
    // The last century and the last year of a cycle are a day longer than the others.
    let centuries = (rest / DAYS_IN_100_YEARS).min(3);
    rest -= centuries * DAYS_IN_100_YEARS;
    let fours = rest / DAYS_IN_4_YEARS;
    rest -= fours * DAYS_IN_4_YEARS;
    let years = (rest / DAYS_IN_YEAR).min(3);
    rest -= years * DAYS_IN_YEAR;
    let mut month = 0;
    while rest >= MONTHS_FROM_MARCH[month] {
        rest -= MONTHS_FROM_MARCH[month];
        month += 1;
    }
    let year = 2000 + cycles * 400 + centuries * 100 + fours * 4 + years;
    // January and February belong to the next year of the calendar.
    if month < 10 {
        (year, month + 2, part(rest + 1))
    } else {
        (year + 1, month - 10, part(rest + 1))
    }
}

/// A part of a date that is known to be small and not negative.
fn part(value: i64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

fn index(value: i64) -> usize {
    usize::try_from(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: i64) -> (i64, usize, u32) {
        date(days)
    }

    #[test]
    fn known_days_fall_where_history_put_them() {
        assert_eq!(day(0), (1970, 0, 1));
        assert_eq!(day(-1), (1969, 11, 31));
        assert_eq!(day(11_016), (2000, 1, 29));
        assert_eq!(day(CYCLE_START), (2000, 2, 1));
        assert_eq!(day(-25_509), (1900, 1, 28));
        assert_eq!(day(-25_508), (1900, 2, 1));
        assert_eq!(day(47_540), (2100, 1, 28));
        assert_eq!(day(47_541), (2100, 2, 1));
    }

    #[test]
    fn every_day_of_nine_centuries_follows_the_one_before() {
        let mut previous = day(-150_000);
        for days in -149_999..180_000 {
            let (year, month, number) = day(days);
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match previous.1 {
                1 if leap => 29,
                1 => 28,
                3 | 5 | 8 | 10 => 30,
                _ => 31,
            };
            let expected = if previous.2 < length {
                (previous.0, previous.1, previous.2 + 1)
            } else {
                (previous.0 + i64::from(previous.1 == 11), (previous.1 + 1) % 12, 1)
            };
            assert_eq!((year, month, number), expected);
            previous = (year, month, number);
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for (micros, offset) in [(i64::MAX, i32::MAX), (i64::MIN, i32::MIN)] {
            let civil = Civil::at(micros, offset);
            assert!(
                civil.month < 12 && (1..=31).contains(&civil.day) && civil.weekday < 7,
                "{civil:?}"
            );
        }
    }
}
