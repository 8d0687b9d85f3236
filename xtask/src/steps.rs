//! Timed steps, and the closing table of where the time went.

use std::time::{Duration, Instant};

use anyhow::Result;

pub struct Steps {
    started: Instant,
    rows: Vec<(String, Duration)>,
}

impl Steps {
    pub fn new() -> Self {
        Self {
            started: Instant::now(),
            rows: Vec::new(),
        }
    }

    /// Says what begins, does it, says how long it took.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("==> {name}");
        let started = Instant::now();
        let outcome = work();
        let took = started.elapsed();
        println!(
            "    {} {}",
            if outcome.is_ok() { "done in" } else { "failed after" },
            seconds(took)
        );
        self.rows.push((name.to_owned(), took));
        outcome
    }

    pub fn total(&self) -> Duration {
        self.started.elapsed()
    }

    pub fn table(&self) {
        print!("{}", table(&self.rows, self.total()));
    }
}

pub fn seconds(took: Duration) -> String {
    let all = took.as_secs();
    if all >= 60 {
        format!("{} min {:02} s", all / 60, all % 60)
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

fn table(rows: &[(String, Duration)], total: Duration) -> String {
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0)
        .max("in all".len());
    let mut text = String::from("\nwhere the time went\n");
    let mut line = |name: &str, took: Duration, share: &str| {
        text.push_str(format!("  {name:width$}  {:>11}{share}", seconds(took)).trim_end());
        text.push('\n');
    };
    for (name, took) in rows {
        let share = 100.0 * took.as_secs_f64() / total.as_secs_f64().max(f64::EPSILON);
        line(name, *took, &format!("  {share:>3.0} %"));
    }
    line("in all", total, "");
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{seconds, table};

    #[test]
    fn the_table_names_each_step_with_its_share() {
        let rows = [
            ("server".to_owned(), Duration::from_secs(75)),
            ("npm".to_owned(), Duration::from_secs(25)),
        ];
        let text = table(&rows, Duration::from_secs(100));
        assert!(text.contains("server   1 min 15 s   75 %"), "{text}");
        assert!(text.contains("npm          25.0 s   25 %"), "{text}");
        assert!(text.ends_with("in all   1 min 40 s\n"), "{text}");
    }

    #[test]
    fn short_times_show_tenths() {
        assert_eq!(seconds(Duration::from_millis(340)), "0.3 s");
    }
}
