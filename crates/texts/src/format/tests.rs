use super::*;

/// Writes the no-break space as `_`, so that the expectations can be read.
fn shown(text: &str) -> String {
    text.replace(NBSP, "_").replace('\u{202f}', "'")
}

#[test]
fn sizes_have_three_figures_that_matter() {
    for (bytes, expected) in [
        (0, "0_B"),
        (999, "999_B"),
        (1_000, "1_kB"),
        (1_994, "1.99_kB"),
        (1_995, "2_kB"),
        (283_800, "284_kB"),
        (48_240_000, "48.2_MB"),
        (5_100_000, "5.1_MB"),
        (2_410_000_000, "2.41_GB"),
        (11_650_000_000, "11.7_GB"),
        (999_499, "999_kB"),
        (999_500, "1_MB"),
        (999_499_999, "999_MB"),
        (1_005_000, "1.01_MB"),
        (1_004_999, "1_MB"),
        (99_950_000, "100_MB"),
        (99_949_999, "99.9_MB"),
        (999_999_999_999, "1_TB"),
        (u64::MAX, "18.4_EB"),
    ] {
        assert_eq!(shown(&size(bytes, Language::En)), expected, "{bytes}");
    }
    assert_eq!(shown(&size(2_410_000_000, Language::Fr)), "2,41_Go");
    assert_eq!(shown(&size(2_410_000_000, Language::De)), "2,41_GB");
}

#[test]
fn digits_are_grouped_as_each_language_does() {
    let all = |n| Language::ALL.map(|language| shown(&number(n, language)));
    assert_eq!(all(999), ["999"; 5]);
    assert_eq!(all(1_308), ["1,308", "1.308", "1'308", "1308", "1308"]);
    assert_eq!(
        all(1_234_567),
        ["1,234,567", "1.234.567", "1'234'567", "1.234.567", "1.234.567"]
    );
    assert_eq!(number(u64::MAX, Language::En), "18,446,744,073,709,551,615");
}

#[test]
fn a_share_keeps_its_sign_near() {
    assert_eq!(
        Language::ALL.map(|language| shown(&percent(43, language))),
        ["43%", "43_%", "43_%", "43_%", "43%"]
    );
}

#[test]
fn durations_are_as_rough_as_one_wants() {
    for (seconds, expected) in [
        (0, "0_s"),
        (59, "59_s"),
        (60, "1_min"),
        (89, "1_min"),
        (90, "2_min"),
        (3_569, "59_min"),
        (3_570, "1_h_00_min"),
        (3_840, "1_h_04_min"),
        (86_369, "23_h_59_min"),
        (86_370, "1_d_0_h"),
        (86_400 * 3 + 3_600 * 7, "3_d_7_h"),
    ] {
        assert_eq!(shown(&duration(seconds, Language::En)), expected, "{seconds}");
    }
    assert!(!duration(u64::MAX, Language::En).is_empty());
}

const TUESDAY: i64 = 1_794_906_720_000_000;
const DAY: i64 = 86_400_000_000;

#[test]
fn days_and_times_read_naturally() {
    assert_eq!(date_machine(TUESDAY), "2026-11-17T09:12:00Z");
    assert_eq!(
        Language::ALL.map(|language| shown(&date(TUESDAY, &Zone::utc(), language))),
        [
            "17_Nov 2026, 09:12",
            "17._Nov. 2026, 09:12",
            "17_nov. 2026, 09:12",
            "17_nov 2026, 09:12",
            "17_nov 2026, 09:12"
        ]
    );
    assert_eq!(
        Language::ALL.map(|language| shown(&date_near(TUESDAY, TUESDAY + 9 * DAY, &Zone::utc(), language))),
        [
            "Tue 17_Nov",
            "Di., 17._Nov.",
            "mar. 17_nov.",
            "mar, 17_nov",
            "mar 17_nov"
        ]
    );
    assert_eq!(
        shown(&date_near(TUESDAY, TUESDAY + 60 * DAY, &Zone::utc(), Language::En)),
        "17_Nov 2026"
    );
    assert_eq!(shown(&date_short(-1, &Zone::utc(), Language::En)), "31_Dec 1969");
}

#[test]
fn the_zone_decides_which_day_it_is() {
    let evening = TUESDAY + 14 * 3_600_000_000;
    let (east, west) = (Zone::new("East", 3600, &[]), Zone::new("West", -10 * 3600, &[]));
    assert_eq!(shown(&date(evening, &east, Language::En)), "18_Nov 2026, 00:12");
    assert_eq!(shown(&date(TUESDAY, &west, Language::En)), "16_Nov 2026, 23:12");
    assert_eq!(days_between(TUESDAY, evening, &Zone::utc()), 0);
    assert_eq!(days_between(TUESDAY, evening, &east), 1);
    assert_eq!(days_between(evening, TUESDAY, &east), -1);
}

#[test]
fn each_moment_has_the_distance_of_its_own_day() {
    // Berlin, where summer ends on 25 October 2026.
    let berlin = Zone::new("Europe/Berlin", 7200, &[(1_792_890_000, 3600)]);
    assert_eq!(shown(&date(TUESDAY, &berlin, Language::En)), "17_Nov 2026, 10:12");
    assert_eq!(
        shown(&date(TUESDAY - 60 * DAY, &berlin, Language::En)),
        "18_Sep 2026, 11:12"
    );
    assert_eq!(days_between(TUESDAY - 60 * DAY, TUESDAY, &berlin), 60);
}
