// The first page and the account table as somebody would write them by hand, without a framework: what the benchmark
// measures ours against. It asks the same server for the same view and shows the same content.

const TYPES = { 1: "普通", 2: "当座", 4: "貯蓄" };

const view = await (await fetch(`/api/linkages/${location.hash.slice(1)}`)).json();
document.getElementById("partner").textContent = view.partner.name;
document.getElementById("time").textContent = `約${Math.round(view.remaining_seconds / 60)}分`;

if (document.getElementById("app").dataset.page === "first") first();
else table(view.data.accounts);

function first() {
  const acts = document.getElementById("acts");
  acts.innerHTML = '<button class="button button--quiet" type="button">API連携をキャンセル</button><button class="button button--primary" type="button">電子証明書ログイン</button>';
  acts.lastElementChild.addEventListener("click", () => location.reload());
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function text({ branch_name, branch_code, account_type, account_number }) {
  return `${branch_name}(${branch_code}) ${TYPES[account_type]} ${account_number}`;
}

function row(account) {
  const { account_id: id, memo, remaining_tries: tries } = account;
  const name = escaped(text(account));
  const left = tries === null ? "" : `<p class="field__hint">残り${tries}回</p>`;
  return `<tr class="account-table__row" role="row">
<td class="account-table__status" role="cell" data-label="登録状況"><span class="account-table__tick checkbox"><input class="checkbox__box" type="checkbox" id="tick-${id}" aria-label="${name}"><span class="status--unregistered">未登録</span></span></td>
<th class="account-table__account" role="rowheader" scope="row" data-label="照会用口座"><label for="tick-${id}">${name}</label></th>
<td class="account-table__memo" role="cell" data-label="口座メモ">${escaped(memo ?? "")}</td>
<td class="account-table__pin" role="cell" data-label="照会用暗証番号"><div class="pin"><div class="field__with-toggle"><input class="field__input pin__input" id="pin-${id}" type="password" inputmode="numeric" autocomplete="off" maxlength="4" aria-label="照会用暗証番号 ${name}"><button class="field__toggle" type="button" aria-pressed="false" aria-label="照会用暗証番号を表示 ${name}">表示</button></div></div>${left}</td></tr>`;
}

function table(accounts) {
  const body = document.getElementById("rows");
  const count = document.getElementById("count");
  const ticked = document.getElementById("ticked");
  body.innerHTML = accounts.map(row).join("");
  const rows = [...body.rows];
  const haystacks = accounts.map((account) => `${text(account)} ${account.memo ?? ""}`.normalize("NFKC").toLowerCase());
  count.textContent = `${rows.length}件中${rows.length}件を表示`;
  body.addEventListener("change", ({ target }) => {
    if (!target.matches(".checkbox__box")) return;
    target.closest("tr").classList.toggle("account-table__row--ticked", target.checked);
    ticked.textContent = `${body.querySelectorAll(".checkbox__box:checked").length}件を選択`;
  });
  body.addEventListener("input", ({ target }) => {
    if (!target.matches(".pin__input")) return;
    const tick = target.closest("tr").querySelector(".checkbox__box");
    if (!tick.checked) tick.click();
  });
  body.addEventListener("click", ({ target }) => {
    if (!target.matches(".field__toggle")) return;
    const pin = target.previousElementSibling;
    pin.type = pin.type === "password" ? "text" : "password";
  });
  let pause;
  document.getElementById("account-search").addEventListener("input", ({ target }) => {
    clearTimeout(pause);
    // The same pause as ours.
    pause = setTimeout(() => {
      const words = target.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, place) => {
        const fits = words.every((word) => haystacks[place].includes(word));
        row.hidden = !fits;
        if (fits) shown += 1;
      });
      count.textContent = `${rows.length}件中${shown}件を表示`;
    }, 120);
  });
}
