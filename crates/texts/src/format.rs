//! Numbers, sizes, times and dates as each language writes them. Integers only: what the server
//! writes and what the browser writes is the same to the last character.

mod calendar;
mod conventions;

use calendar::Civil;
use conventions::{Conventions, Order};

use crate::language::Language;
use crate::zone::Zone;

/// Keeps a number and its unit on one line.
const NBSP: char = '\u{a0}';

/// A whole number with its digits grouped: `1,308`.
pub fn number(n: u64, language: Language) -> String {
    let conventions = Conventions::of(language);
    let digits = n.to_string();
    if digits.len() < conventions.grouped_from {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(conventions.group);
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of bytes in decimal units, three figures that matter: `284 kB`, `48.2 MB`, `2.41 GB`.
pub fn size(bytes: u64, language: Language) -> String {
    let conventions = Conventions::of(language);
    let [byte, units @ ..] = conventions.units;
    if bytes < 1000 {
        return format!("{bytes}{NBSP}{byte}");
    }
    // The smallest step that is shown: hundredths, tenths, then whole ones of each unit.
    let mut step = 10;
    for name in units {
        for decimals in [2, 1, 0] {
            let steps = bytes / step + u64::from(bytes % step >= step / 2);
            // Rounding may carry 999.9 kB over to 1 MB, which the next unit then says.
            if steps < 1000 {
                return format!("{}{NBSP}{name}", decimal(steps, decimals, conventions.decimal));
            }
            step *= 10;
        }
    }
    // Not reached: `u64::MAX` is 18.4 of the last unit.
    format!("{bytes}{NBSP}{byte}")
}

/// `steps` with a decimal mark before the last `decimals` figures, without zeros at the end.
fn decimal(steps: u64, decimals: usize, mark: char) -> String {
    let mut text = steps.to_string();
    if decimals > 0 {
        text.insert(text.len() - decimals, mark);
        text.truncate(text.trim_end_matches('0').trim_end_matches(mark).len());
    }
    text
}

/// A share of a hundred: `43%`, in other languages `43 %`.
pub fn percent(share: u8, language: Language) -> String {
    if Conventions::of(language).space_before_percent {
        format!("{share}{NBSP}%")
    } else {
        format!("{share}%")
    }
}

/// How long something takes, as roughly as one wants to know: `58 s`, `20 min`, `1 h 04 min`, `3 d 7 h`.
pub fn duration(seconds: u64, language: Language) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let conventions = Conventions::of(language);
    // Rounded first to what will be shown, so that 59 min 40 s becomes 1 h and not 60 min.
    let rounded = |step: u64| seconds.saturating_add(step / 2) / step * step;
    if seconds < MINUTE {
        format!("{seconds}{NBSP}s")
    } else if rounded(MINUTE) < HOUR {
        format!("{}{NBSP}min", rounded(MINUTE) / MINUTE)
    } else if rounded(MINUTE) < DAY {
        let (hours, minutes) = (rounded(MINUTE) / HOUR, rounded(MINUTE) % HOUR / MINUTE);
        format!("{hours}{NBSP}h{NBSP}{minutes:02}{NBSP}min")
    } else {
        let (days, hours) = (rounded(HOUR) / DAY, rounded(HOUR) % DAY / HOUR);
        format!(
            "{}{NBSP}{}{NBSP}{hours}{NBSP}h",
            number(days, language),
            conventions.days
        )
    }
}

/// Day and time: `17 Nov 2026, 09:12`. `micros` since 1970 UTC, seen in `zone`.
pub fn date(micros: i64, zone: &Zone, language: Language) -> String {
    let civil = Civil::at(micros, offset(micros, zone));
    format!("{}, {:02}:{:02}", with_year(civil, language), civil.hour, civil.minute)
}

/// The time alone: `09:12`.
pub fn time(micros: i64, zone: &Zone) -> String {
    let civil = Civil::at(micros, offset(micros, zone));
    format!("{:02}:{:02}", civil.hour, civil.minute)
}

/// The day alone: `17 Nov 2026`.
pub fn date_short(micros: i64, zone: &Zone, language: Language) -> String {
    with_year(Civil::at(micros, offset(micros, zone)), language)
}

/// The day as said by somebody in the same year, `Tue 17 Nov`; otherwise with the year.
pub fn date_near(micros: i64, now: i64, zone: &Zone, language: Language) -> String {
    let civil = Civil::at(micros, offset(micros, zone));
    if civil.year != Civil::at(now, offset(now, zone)).year {
        return with_year(civil, language);
    }
    let conventions = Conventions::of(language);
    let weekday = conventions.weekdays[civil.weekday];
    format!(
        "{weekday}{} {}",
        conventions.after_weekday,
        day_and_month(civil, conventions)
    )
}

/// For machines, in `<time datetime>`: `2026-11-17T09:12:00Z`.
pub fn date_machine(micros: i64) -> String {
    let civil = Civil::at(micros, 0);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        civil.year,
        civil.month + 1,
        civil.day,
        civil.hour,
        civil.minute,
        civil.second
    )
}

/// How many midnights lie between `at` and `now`; negative when `at` is still to come.
pub fn days_between(at: i64, now: i64, zone: &Zone) -> i64 {
    Civil::day_number(now, offset(now, zone)) - Civil::day_number(at, offset(at, zone))
}

fn offset(micros: i64, zone: &Zone) -> i32 {
    zone.offset_at(micros.div_euclid(1_000_000))
}

fn with_year(civil: Civil, language: Language) -> String {
    format!("{} {}", day_and_month(civil, Conventions::of(language)), civil.year)
}

fn day_and_month(civil: Civil, conventions: &Conventions) -> String {
    let month = conventions.months[civil.month];
    match conventions.order {
        Order::Day => format!("{}{NBSP}{month}", civil.day),
        Order::DayDot => format!("{}.{NBSP}{month}", civil.day),
    }
}

#[cfg(test)]
mod tests;
