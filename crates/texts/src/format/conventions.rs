//! What differs from language to language when a number or a date is written (after Unicode CLDR).

use crate::language::Language;

/// How day and month stand together.
#[derive(Clone, Copy)]
pub(super) enum Order {
    /// `17 Nov`
    Day,
    /// `17. Nov.`
    DayDot,
}

pub(super) struct Conventions {
    pub decimal: char,
    pub group: char,
    /// Numbers with fewer digits than this stay ungrouped.
    pub grouped_from: usize,
    pub space_before_percent: bool,
    /// From bytes to exabytes.
    pub units: [&'static str; 7],
    /// The short word for days.
    pub days: &'static str,
    pub order: Order,
    pub after_weekday: &'static str,
    pub months: [&'static str; 12],
    /// From Monday on.
    pub weekdays: [&'static str; 7],
}

const METRIC: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

impl Conventions {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
            Language::Fr => &FRENCH,
            Language::Es => &SPANISH,
            Language::It => &ITALIAN,
        }
    }
}

static ENGLISH: Conventions = Conventions {
    decimal: '.',
    group: ',',
    grouped_from: 4,
    space_before_percent: false,
    units: METRIC,
    days: "d",
    order: Order::Day,
    after_weekday: "",
    months: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
    weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
};

static GERMAN: Conventions = Conventions {
    decimal: ',',
    group: '.',
    grouped_from: 4,
    space_before_percent: true,
    units: METRIC,
    days: "Tg.",
    order: Order::DayDot,
    after_weekday: ",",
    months: [
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.",
    ],
    weekdays: ["Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."],
};

static FRENCH: Conventions = Conventions {
    decimal: ',',
    group: '\u{202f}',
    grouped_from: 4,
    space_before_percent: true,
    units: ["o", "ko", "Mo", "Go", "To", "Po", "Eo"],
    days: "j",
    order: Order::Day,
    after_weekday: "",
    months: [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ],
    weekdays: ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
};

static SPANISH: Conventions = Conventions {
    decimal: ',',
    group: '.',
    grouped_from: 5,
    space_before_percent: true,
    units: METRIC,
    days: "d",
    order: Order::Day,
    after_weekday: ",",
    months: [
        "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic",
    ],
    weekdays: ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
};

static ITALIAN: Conventions = Conventions {
    decimal: ',',
    group: '.',
    grouped_from: 5,
    space_before_percent: false,
    units: METRIC,
    days: "gg",
    order: Order::Day,
    after_weekday: "",
    months: [
        "gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic",
    ],
    weekdays: ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
};
