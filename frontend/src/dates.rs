//! Dates as people read them: 西暦 in Japanese, day-month-year in English; all of them Japan time as they came.
//! No calendar arithmetic and no time zones: the server has done that already.

use crate::language::Locale;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2027-02-20`, or an RFC 3339 time that begins so, as `2027年2月20日` or `20 February 2027`.
/// What does not look like a date is shown as it came.
pub(crate) fn day(date: &str, locale: Locale) -> String {
    let Some((year, month, day)) = parts(date) else {
        return date.to_owned();
    };
    match locale {
        Locale::ja => format!("{year}年{month}月{day}日"),
        Locale::en => {
            let name = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
            format!("{day} {name} {year}")
        }
    }
}

/// An RFC 3339 time as `2026年11月22日 9:05` or `22 November 2026, 9:05`, in the zone in which it came.
pub(crate) fn moment(time: &str, locale: Locale) -> String {
    let date = day(time, locale);
    let (Some(hour), Some(minute)) = (number(time, 11, 13), time.get(14..16)) else {
        return date;
    };
    match locale {
        Locale::ja => format!("{date} {hour}:{minute}"),
        Locale::en => format!("{date}, {hour}:{minute}"),
    }
}

fn parts(date: &str) -> Option<(usize, usize, usize)> {
    let month = number(date, 5, 7).filter(|month| (1..=12).contains(month))?;
    Some((number(date, 0, 4)?, month, number(date, 8, 10)?))
}

fn number(text: &str, from: usize, to: usize) -> Option<usize> {
    text.get(from..to)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_day_reads_without_leading_zeros() {
        assert_eq!(day("2027-02-20", Locale::ja), "2027年2月20日");
        assert_eq!(day("2027-02-05", Locale::en), "5 February 2027");
        assert_eq!(day("2026-12-31T23:59:59+09:00", Locale::ja), "2026年12月31日");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_moment_is_shown_in_the_zone_in_which_it_came() {
        assert_eq!(
            moment("2026-11-22T09:05:33+09:00", Locale::ja),
            "2026年11月22日 9:05"
        );
        assert_eq!(
            moment("2026-11-22T21:45:00.123456+09:00", Locale::en),
            "22 November 2026, 21:45"
        );
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_no_date_is_shown_as_it_came() {
        for text in ["", "soon", "2027-13-01", "二〇二七年二月二十日"] {
            assert_eq!(day(text, Locale::ja), text);
            assert_eq!(moment(text, Locale::en), text);
        }
    }
}
