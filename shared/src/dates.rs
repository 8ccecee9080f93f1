//! Dates as people read them: 西暦 in Japanese, day-month-year in English; all of them Japan time as they came.
//! No calendar arithmetic and no time zones: the server has done that already.

use crate::vocabulary::Language;

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
pub fn day(date: &str, language: Language) -> String {
    let Some((year, month, day)) = parts(date) else {
        return date.to_owned();
    };
    match language {
        Language::Ja => format!("{year}年{month}月{day}日"),
        Language::En => {
            let name = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
            format!("{day} {name} {year}")
        }
    }
}

/// An RFC 3339 time as `2026年11月22日 9:05` or `22 November 2026, 9:05`, in the zone in which it came.
pub fn moment(time: &str, language: Language) -> String {
    let date = day(time, language);
    let (Some(hour), Some(minute)) = (number(time, 11, 13), time.get(14..16)) else {
        return date;
    };
    match language {
        Language::Ja => format!("{date} {hour}:{minute}"),
        Language::En => format!("{date}, {hour}:{minute}"),
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

    #[test]
    fn a_day_reads_without_leading_zeros() {
        assert_eq!(day("2027-02-20", Language::Ja), "2027年2月20日");
        assert_eq!(day("2027-02-05", Language::En), "5 February 2027");
        assert_eq!(day("2026-12-31T23:59:59+09:00", Language::Ja), "2026年12月31日");
    }

    #[test]
    fn a_moment_is_shown_in_the_zone_in_which_it_came() {
        assert_eq!(
            moment("2026-11-22T09:05:33+09:00", Language::Ja),
            "2026年11月22日 9:05"
        );
        assert_eq!(
            moment("2026-11-22T21:45:00.123456+09:00", Language::En),
            "22 November 2026, 21:45"
        );
    }

    #[test]
    fn what_is_no_date_is_shown_as_it_came() {
        for text in ["", "soon", "2027-13-01", "二〇二七年二月二十日"] {
            assert_eq!(day(text, Language::Ja), text);
            assert_eq!(moment(text, Language::En), text);
        }
    }
}
