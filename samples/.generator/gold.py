"""The truth about a letter as records in the published schema.

in: a document of `letters/*.toml` and the pages it came to lie on -> out: the gold record (no id, no evidence).
Promises: every deadline, quota and award names words that are really printed in the body (refused otherwise); `last_day`
follows the settled readings. Leaves out: findings and needs_review, which `notes` in the letter describe for the reader.
"""
import datetime as dt
import hashlib
import re
import unicodedata

KINDS = {"cong_van": "Công văn", "ke_hoach": "Kế hoạch", "quyet_dinh": "Quyết định", "chi_thi": "Chỉ thị", "nghi_quyet": "Nghị quyết",
         "thong_bao": "Thông báo", "bao_cao": "Báo cáo", "to_trinh": "Tờ trình", "huong_dan": "Hướng dẫn", "the_le": "Thể lệ",
         "giay_moi": "Giấy mời", "bien_ban": "Biên bản"}


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"\*\*|__", "", unicodedata.normalize("NFC", text))).strip()


def strip(text):
    flat = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return unicodedata.normalize("NFC", "".join(c for c in flat if unicodedata.category(c) != "Mn"))


def last_day(item):
    if item.get("date"):
        day = dt.date.fromisoformat(item["date"])
        # "trước 17 giờ 00 ngày …" is still met on that day
        early = item["bound"] == "before" and not item["time"]
        return str(day - dt.timedelta(days=1) if early else day)
    return (item.get("period") or {}).get("to")


def deadline(item, body):
    """`when` is one of: a date `2024-05-20`, `month 15`, `quarter 30`, `week 5`, `year 12/10`, `year`, `5 days`, `5 working days`, `from..to`."""
    out = {"text": item["text"], "bound": item["bound"], "date": None, "recurrence": None, "period": None, "relative": None, "time": item.get("time"),
           "last_day": None, "task": item.get("task"), "responsible": item.get("responsible", []), "deliver_to": item.get("deliver_to")}
    when = item["when"]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", when):
        out["date"] = when
    elif ".." in when:
        start, end = when.split("..")
        out["period"] = {"from": start or None, "to": end or None, "label": item.get("label")}
    elif "days" in when:
        out["relative"] = {"days": int(when.split()[0]), "working_days": "working" in when, "from": item.get("from")}
    else:
        every, _, rest = when.partition(" ")
        month, _, day = rest.rpartition("/")
        out["recurrence"] = {"every": every, "day": int(day) if day else None, "month": int(month) if month else None}
    out["last_day"] = last_day(out)
    return finish(out, item, body)


def quota(item, body):
    out = {"text": item["text"], "bound": item["bound"], "value": item["value"], "value_to": item.get("value_to"), "unit": item["unit"],
           "percent_of": item.get("percent_of"), "per": item.get("per"), "each": item.get("each"), "responsible": item.get("responsible", []),
           "deliver_to": item.get("deliver_to")}
    return finish(out, item, body)


def finish(out, item, body):
    """Keeps the scorer's keys and refuses words that are not printed."""
    for key in ("_optional", "_alt"):
        if key in item:
            out[key] = item[key]
    out["_trigger"] = item["text"]
    if plain(item["text"]) not in body:
        raise SystemExit(f"not in the body: {item['text']}")
    return out


def recipient(text):
    name, _, purpose = text.rstrip(";.,").partition(" (")
    return {"name": name.strip(), "purpose": purpose.rstrip(")") or None}


def reference(line, body):
    """`kind|number|date|issuer|role`, empty where the letter does not say."""
    kind, num, date, issuer, role = line.split("|")
    if num not in body:
        raise SystemExit(f"not in the body: {num}")
    return {"kind": kind, "number": num, "date": date or None, "issuer": issuer or None, "role": role, "text": f"{kind} số {num}"}


def number(d):
    if not d.get("number"):
        return None
    serial, symbol = re.match(r"(\d+[A-Z]?)[/-](.*)", d["number"]).groups()
    label = "Số " if d.get("style") == "party" else "Số: "
    return {"raw": label + d["number"], "serial": serial, "symbol": symbol, "normalized": d["number"]}


def sections(body):
    out = []
    for line in body.split("\n"):
        match = re.match(r"# ([IVX]+|\d+)\. (.*)", line)
        if match:
            out.append({"label": match[1], "title": plain(match[2]), "level": 1 if match[1].isalpha() else 2})
    return out


def tables(d):
    rows = [[plain(c) for c in line.strip("|").split("|")] for line in d["body"].split("\n") if line.startswith("|") and not line.startswith("|:")]
    return [{"title": d.get("table_title"), "columns": rows[0], "rows": rows[1:]}] if rows else []


def record(d, name, data, part, parts, pages):
    """One gold record; `pages` is 1-based and inclusive, None for text."""
    g, body = d.get("gold", {}), plain(re.sub(r"(?m)^([#=~]|\|:.*$)", "", d["body"]).replace("|", " "))
    filing = next((re.sub(r"^Lưu:?", "", r).strip(" .") for r in d.get("recipients", []) if r.startswith("Lưu")), None)
    received = d.get("received")
    signer = d.get("signer", {})
    return {
        "schema": "congvan.record/1", "id": None,
        "source": {"file": name, "sha256": hashlib.sha256(data).hexdigest(), "part": part, "parts": parts, "pages": pages},
        "kind": d["kind"], "kind_label": KINDS[d["kind"]], "number": number(d), "place": g.get("place"), "issued_on": g.get("issued_on"),
        "issuer": {"parent": g.get("parent"), "name": g["issuer"]}, "subject": g["subject"], "addressees": d.get("to", []),
        "recipients": [recipient(r) for r in d.get("recipients", []) if not r.startswith("Lưu")], "filing": filing,
        "signer": {"authority": signer.get("authority"), "on_behalf": signer.get("on_behalf"), "position": signer.get("position"), "name": signer.get("name") or None} if signer else None,
        "received": {"office": received["gold_office"], "number": received["number"], "date": received["date"]} if received else None,
        "urgency": d["urgency"].lower() if d.get("urgency") else None, "secrecy": None, "circulation": None, "drafter": None, "signature": "ink" if d.get("seal") else None,
        "references": [reference(r, body + d.get("under", "")) for r in g.get("references", [])], "deadlines": [deadline(x, body) for x in g.get("deadlines", [])],
        "quotas": [quota(x, body) for x in g.get("quotas", [])],
        "awards": [{"name": a["name"], "count": a["count"], "amount_each": a.get("each"), "amount_total": a.get("total"), "text": a["text"]} for a in g.get("awards", [])],
        "sections": sections(d["body"]), "tables": tables(d), "findings": [], "needs_review": [],
    } | ({"_notes": g["notes"]} if g.get("notes") else {}) | ({"_subject_alt": g["subject_alt"]} if g.get("subject_alt") else {})
