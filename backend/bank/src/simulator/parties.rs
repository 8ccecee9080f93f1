//! Whom the demo's companies deal with, as a core keeps such names: 髙 and 﨑, and half-width kana of the transfer system.
//! Not here: what is paid and when (`movements`).

/// Names: as the core knows the customer, and as a transfer brings it (half-width kana).
pub(super) const COMPANIES: [(&str, &str); 12] = [
    ("髙橋建設株式会社", "ﾀｶﾊｼｹﾝｾﾂ(ｶ"),
    ("株式会社宮﨑商店", "ｶ)ﾐﾔｻﾞｷｼﾖｳﾃﾝ"),
    ("有限会社山﨑製作所", "ﾕ)ﾔﾏｻﾞｷｾｲｻｸｼﾖ"),
    ("北斗商会株式会社", "ﾎｸﾄｼﾖｳｶｲ(ｶ"),
    ("有限会社石狩水産", "ﾕ)ｲｼｶﾘｽｲｻﾝ"),
    ("十勝農産合同会社", "ﾄｶﾁﾉｳｻﾝ(ﾄﾞ"),
    ("ニセコ観光株式会社", "ﾆｾｺｶﾝｺｳ(ｶ"),
    ("サッポロ配送株式会社", "ｻｯﾎﾟﾛﾊｲｿｳ(ｶ"),
    ("特定非営利活動法人空知の森", "ﾄｸﾋ)ｿﾗﾁﾉﾓﾘ"),
    ("医療法人社団大雪会", "ｲ)ﾀｲｾﾂｶｲ"),
    ("オホーツク運輸株式会社", "ｵﾎ-ﾂｸｳﾝﾕ(ｶ"),
    ("釧路髙木冷蔵株式会社", "ｸｼﾛﾀｶｷﾞﾚｲｿﾞｳ(ｶ"),
];

/// Persons who order from the shop on the busy day.
pub(super) const PERSONS: [(&str, &str); 10] = [
    ("髙木 一郎", "ﾀｶｷﾞ ｲﾁﾛｳ"),
    ("山﨑 花子", "ﾔﾏｻﾞｷ ﾊﾅｺ"),
    ("佐藤 健", "ｻﾄｳ ｹﾝ"),
    ("鈴木 さくら", "ｽｽﾞｷ ｻｸﾗ"),
    ("髙橋 蓮", "ﾀｶﾊｼ ﾚﾝ"),
    ("田中 美咲", "ﾀﾅｶ ﾐｻｷ"),
    ("宮﨑 翔太", "ﾐﾔｻﾞｷ ｼﾖｳﾀ"),
    ("小林 結衣", "ｺﾊﾞﾔｼ ﾕｲ"),
    ("阿部 大輔", "ｱﾍﾞ ﾀﾞｲｽｹ"),
    ("工藤 渚", "ｸﾄﾞｳ ﾅｷﾞｻ"),
];

/// 仕向銀行 and 仕向店 of incoming transfers; invented.
pub(super) const SENDING_BRANCHES: [(&str, &str); 6] = [
    ("ｿﾗﾁｼﾝｸﾐ", "ﾀｷｶﾜ"),
    ("ｲｼｶﾘｼﾝｷﾝ", "ｻｯﾎﾟﾛ"),
    ("ﾎｸﾄｷﾞﾝｺｳ", "ﾎﾝﾃﾝ"),
    ("ﾃﾝﾛｸｷﾞﾝｺｳ", "ｱｻﾋｶﾜ"),
    ("ﾄｳｷﾖｳﾐﾅﾄ", "ﾄﾖｽ"),
    ("ﾈﾂﾄﾀﾞｲｾﾂ", "ﾌﾞﾄﾞｳ"),
];

/// 口座振替: summary and who collects.
pub(super) const COLLECTORS: [(&str, &str); 5] = [
    ("電気料", "北方電力株式会社"),
    ("電話料", "北海通信株式会社"),
    ("水道料", "空知水道企業団"),
    ("ガス料", "石狩瓦斯株式会社"),
    ("リース料", "大雪リース株式会社"),
];
