//! A few numbers about a few numbers.

/// The value below which `share` of the values lie, between neighbours in proportion.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * number(last as u64);
    let below = index(place.floor(), last);
    let above = index(place.ceil(), last);
    Some((sorted[above] - sorted[below]).mul_add(place.fract(), sorted[below]))
}

pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// From the lowest to the highest, as a share of the median.
pub fn spread(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    (middle > 0.0).then_some(())?;
    Some((quantile(values, 1.0)? - quantile(values, 0.0)?) / middle)
}

/// Counts and bytes as figures: what is lost above 2^53 no ratio would show.
#[expect(clippy::cast_precision_loss, reason = "figures are ratios of large numbers")]
pub const fn number(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number between zero and `last`"
)]
fn index(place: f64, last: usize) -> usize {
    (place as usize).min(last)
}

#[cfg(test)]
mod tests {
    use super::{median, quantile, spread};

    fn near(found: Option<f64>, expected: f64) {
        assert!(
            found.is_some_and(|found| (found - expected).abs() < 1e-9),
            "{found:?} instead of {expected}"
        );
    }

    #[test]
    fn of_five_rounds_the_middle_one_counts() {
        let rounds = [9.0, 1.0, 5.0, 3.0, 100.0];
        near(median(&rounds), 5.0);
        near(quantile(&rounds, 0.25), 3.0);
        near(quantile(&rounds, 0.75), 9.0);
        near(quantile(&rounds, 1.0), 100.0);
    }

    #[test]
    fn between_two_values_the_way_is_shared() {
        near(median(&[1.0, 2.0]), 1.5);
        near(quantile(&[0.0, 10.0], 0.99), 9.9);
        near(median(&[7.0]), 7.0);
    }

    #[test]
    fn nothing_has_no_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[0.0, 0.0]), None);
    }

    #[test]
    fn the_spread_is_relative() {
        near(spread(&[90.0, 100.0, 110.0]), 0.2);
        near(spread(&[5.0]), 0.0);
    }
}
