//! Words for codes, errors and dates.
//! Not here: whole pages.

use time::{Date, OffsetDateTime, UtcOffset};

use crate::accounts::ApiError;
use crate::linking::LinkError;

/// The bank, as its customers call it.
pub(super) const BANK: &str = "空知しんくみビジネスバンキング";

/// What happened and what to do.
pub(super) struct Words {
    pub(super) what: String,
    pub(super) remedy: &'static str,
}

fn words(what: impl Into<String>, remedy: &'static str) -> Words {
    Words {
        what: what.into(),
        remedy,
    }
}

/// A business as the bank names it.
pub(super) fn scope(scope: &str) -> &str {
    match scope {
        "accounts" => "口座情報照会",
        "balance" => "残高照会",
        "statement" => "入出金明細照会",
        "transfers" => "振込入金明細照会",
        other => other,
    }
}

pub(super) fn link_error(error: &LinkError) -> Words {
    match error {
        LinkError::Unreachable(_) => words(
            "銀行に接続できませんでした。",
            "しばらくしてから、もう一度お試しください。",
        ),
        LinkError::Ended => words(
            "連携が終了しています。",
            "許可期間が終わったか、銀行側で連携が解除されました。ホームからもう一度連携してください。",
        ),
        LinkError::Refused { code } => refused(code),
        LinkError::Unexpected(_) => refused(error.code()),
    }
}

/// The bank ended a request with this OAuth error code.
pub(super) fn refused(code: &str) -> Words {
    match code {
        "temporarily_unavailable" | "server_error" => words(
            "銀行側の都合で手続きを完了できませんでした。",
            "しばらくしてから、もう一度お試しください。",
        ),
        "unexpected_answer" => words(
            "銀行からの応答を確認できませんでした。",
            "しばらくしてから、もう一度お試しください。続くときは会計ソフトのサポートへご連絡ください。",
        ),
        "invalid_grant" => words(
            "手続きの有効時間が過ぎました。",
            "ホームから、もう一度連携の手続きを行ってください。",
        ),
        _ => words(
            format!("銀行が連携の要求を受け付けませんでした（{code}）。"),
            "会計ソフトの設定に問題があります。会計ソフトのサポートへご連絡ください。",
        ),
    }
}

pub(super) fn api_error(error: &ApiError) -> Words {
    match error {
        ApiError::Link(error) => link_error(error),
        ApiError::RegistrationRequired => words(
            "この口座は照会用暗証番号の再登録が必要です。",
            "銀行に登録した照会用暗証番号が使えなくなっています。ホームの「連携をやり直す」から、照会用暗証番号を登録し直してください。",
        ),
        ApiError::Problem {
            status,
            code,
            title,
            detail,
        } => {
            let said = problem(code).map_or_else(|| bank_words(title, detail), str::to_owned);
            let code = if code.is_empty() { status.as_str() } else { code };
            let remedy = match status.as_u16() {
                403 => {
                    "この業務は連携の許可に含まれていません。ホームの「連携をやり直す」から、業務を選び直してください。"
                }
                400 | 422 => "条件を変えて、もう一度お試しください。",
                404 => "口座一覧に戻り、口座を選び直してください。",
                _ => "しばらくしてから、もう一度お試しください。",
            };
            words(
                format!("銀行から情報を取得できませんでした。{said}（{code}）"),
                remedy,
            )
        }
        ApiError::Unexpected(_) => words(
            "銀行からの応答を読み取れませんでした。",
            "続くときは会計ソフトのサポートへご連絡ください。",
        ),
    }
}

/// The API's own codes in the customer's language; its titles are for developers.
fn problem(code: &str) -> Option<&'static str> {
    Some(match code {
        "core_closed" => "銀行のサービス時間外です。",
        "core_unavailable" => "銀行のシステムが一時的に利用できません。",
        "insufficient_scope" => "この業務は許可されていません。",
        "parameter_invalid" => "指定した期間では明細を取得できません。",
        "not_found" => "口座が見つかりません。",
        _ => return None,
    })
}

fn bank_words(title: &str, detail: &str) -> String {
    let said = [title, detail].into_iter().filter(|text| !text.is_empty());
    said.collect::<Vec<_>>().join(" ")
}

/// Japan has had one offset and no summer time since 1951.
fn japan(instant: OffsetDateTime) -> OffsetDateTime {
    UtcOffset::from_hms(9, 0, 0).map_or(instant, |offset| instant.to_offset(offset))
}

/// The day in Japan.
pub(super) fn day_in_japan(instant: OffsetDateTime) -> Date {
    japan(instant).date()
}

/// The last day that lies wholly before an exclusive end.
pub(super) fn last_day_before(end: OffsetDateTime) -> Date {
    day_in_japan(end - time::Duration::SECOND)
}

/// 西暦 in words.
pub(super) fn date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), u8::from(date.month()), date.day())
}

/// An RFC 3339 time in Japan, or the text itself.
pub(super) fn time_of(text: &str) -> String {
    match OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339) {
        Ok(instant) => {
            let there = japan(instant);
            format!("{} {}:{:02}", date(there.date()), there.hour(), there.minute())
        }
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_end_is_exclusive_and_in_japan() {
        assert_eq!(
            last_day_before(datetime!(2027-04-15 15:00 UTC)),
            date!(2027 - 04 - 15)
        );
        assert_eq!(super::date(date!(2027 - 04 - 05)), "2027年4月5日");
        assert_eq!(
            day_in_japan(datetime!(2027-01-31 15:00 UTC)),
            date!(2027 - 02 - 01)
        );
        assert_eq!(time_of("2027-01-31T23:05:00Z"), "2027年2月1日 8:05");
        assert_eq!(time_of("soon"), "soon");
    }
}
