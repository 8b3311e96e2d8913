//! Letters as records, answers as records: which line comes of them.

use super::*;
use crate::record::{Deadline, Issuer, Number, Obligation, Quota, Received, Recurrence, Reference};
use jiff::civil::date;

const UNITS: &str = r#"
    [[unit]]
    name = "Trường Hoa Gạo"
    class = "các trường"
    email = "hoagao@example.vn"
    [[unit]]
    name = "Trường Hoa Ban"
    class = "các trường"
"#;

fn number(n: &str) -> Option<Number> {
    Some(Number { normalized: Some(n.into()), ..Number::default() })
}

fn due(task: &str, day: &str) -> Deadline {
    let (task, text) = (Some(task.to_owned()), task.to_owned());
    Deadline { text, task, bound: "by".into(), date: Some(day.into()), ..Deadline::default() }
}

fn monthly(task: &str, day: u8) -> Deadline {
    let recurrence = Some(Recurrence { every: "month".into(), day: Some(day), month: None, ..Recurrence::default() });
    Deadline { recurrence, date: None, ..due(task, "") }
}

fn plan(deadlines: Vec<Deadline>) -> Record {
    Record {
        id: "plan-1".into(),
        number: number("117/KH-UBND"),
        issued_on: Some("2024-03-01".into()),
        subject: Some("phát động phong trào thi đua người tốt việc tốt".into()),
        addressees: vec!["Các trường".into()],
        deadlines,
        ..Record::default()
    }
}

/// A letter of `unit` that cites `cited`.
fn answer(id: &str, unit: &str, on: &str, cited: &str, subject: &str) -> Record {
    Record {
        id: id.into(),
        number: number(&format!("{}/BC", id.len())),
        issued_on: Some(on.into()),
        issuer: Some(Issuer { parent: None, name: unit.into() }),
        subject: Some(subject.into()),
        references: vec![Reference { number: Some(cited.into()), role: "implements".into(), ..Reference::default() }],
        ..Record::default()
    }
}

/// "unit day state ids" per line, on 2024-05-20.
fn told(plan: &Record, answers: &[Record]) -> Vec<String> {
    let roster = Roster::parse(UNITS, &[]).unwrap();
    let letters: Vec<Letter> = answers.iter().map(Letter::of).collect();
    let answers = Answers::of(&letters, &roster);
    let (today, since) = (date(2024, 5, 20), date(2023, 5, 20));
    // as many as the answer's id has letters
    let held = |_: &str, _: usize, answer: &str| (answer != "?").then_some(answer.len());
    let line = |l: Line| {
        let ids: Vec<String> =
            l.submissions.iter().map(|s| if s.certain { s.id.clone() } else { format!("{}?", s.id) }).collect();
        let due = l.due.map_or(String::new(), |day| day.to_string());
        format!("{} {} {:?} {}", l.unit.split(' ').next_back().unwrap(), due, l.state, ids.join(","))
    };
    lines(&Letter::of(plan), &answers, &roster, (today, since), &held).into_iter().map(line).collect()
}

#[test]
fn answers_are_done_late_missing_or_still_to_come() {
    let mut late = answer("b", "Trường Hoa Ban", "2024-04-30", "117/KH-UBND", "báo cáo kết quả");
    late.received = Some(Received { date: Some("2024-05-03".into()), ..Received::default() });
    let one = plan(vec![due("Báo cáo", "2024-05-02")]);
    let in_time = answer("a", "TRUONG HOA GAO", "2024-05-02", "117/kh-ubnd", "báo cáo");
    assert_eq!(told(&one, &[in_time, late]), ["Gạo 2024-05-02 Done a", "Ban 2024-05-02 Late b"]);
    assert_eq!(told(&one, &[]), ["Gạo 2024-05-02 Missing ", "Ban 2024-05-02 Missing "]);
    let ahead = plan(vec![due("Báo cáo", "2024-05-20")]);
    assert_eq!(told(&ahead, &[]), ["Gạo 2024-05-20 Due ", "Ban 2024-05-20 Due "]);
}

#[test]
fn letters_that_answer_something_else_do_not_count() {
    let one = plan(vec![due("Báo cáo", "2024-05-02")]);
    let mut other_year = answer("a", "Trường Hoa Gạo", "2024-05-01", "117/KH-UBND", "báo cáo");
    other_year.references[0].date = Some("2023-03-01".into());
    let mut own_copy = answer("c", "Trường Hoa Gạo", "2024-05-01", "117/KH-UBND", "x");
    own_copy.references[0].role = "replaces".into();
    let others = [
        other_year,
        own_copy,
        answer("b", "Trường Hoa Gạo", "2024-05-01", "118/KH-UBND", "báo cáo"),
        answer("d", "Trường Hoa Gạo", "2024-02-01", "117/KH-UBND", "earlier than the plan"),
        answer("e", "Trường Hoa Sen", "2024-05-01", "117/KH-UBND", "not on the roster"),
        answer("f", "Trường Hoa Gạo", "2024-05-01", "1/X", "phong trào thi đua"),
    ];
    assert_eq!(told(&one, &others)[0], "Gạo 2024-05-02 Missing ");
}

#[test]
fn the_whole_subject_is_an_answer_to_look_at() {
    let one = plan(vec![due("Báo cáo", "2024-05-02")]);
    let subject = "Kết quả phát động phong trào thi đua Người tốt, việc tốt năm 2024";
    let alike = answer("a", "Trường Hoa Gạo", "2024-05-01", "9/X", subject);
    assert_eq!(told(&one, &[alike])[0], "Gạo 2024-05-02 Done a?");
}

#[test]
fn of_several_duties_the_one_a_letter_speaks_of_is_filled() {
    let two = plan(vec![due("đăng ký mô hình điểm", "2024-04-01"), due("gửi báo cáo tổng kết", "2024-05-02")]);
    let report = answer("a", "Trường Hoa Gạo", "2024-03-20", "117/KH-UBND", "báo cáo tổng kết phong trào");
    assert_eq!(told(&two, &[report])[..2], ["Gạo 2024-04-01 Missing ", "Gạo 2024-05-02 Done a"]);
    // what says nothing fills the next day that is open
    let vague = |id: &str, on: &str| answer(id, "Trường Hoa Gạo", on, "117/KH-UBND", "thi đua");
    let both = [vague("a", "2024-03-20"), vague("b", "2024-03-21")];
    assert_eq!(told(&two, &both)[..2], ["Gạo 2024-04-01 Done a", "Gạo 2024-05-02 Done b"]);
}

#[test]
fn repeating_duties_are_filled_day_by_day() {
    let each_month = plan(vec![monthly("báo cáo", 15)]);
    let report = |id: &str, on: &str| answer(id, "Trường Hoa Gạo", on, "117/KH-UBND", "báo cáo tháng");
    let all =
        [report("a", "2024-03-10"), report("b", "2024-04-18"), report("c", "2024-05-14"), report("d", "2024-05-15")];
    let days = told(&each_month, &all);
    assert_eq!(
        days[..4],
        ["Gạo 2024-03-15 Done a", "Gạo 2024-04-15 Late b", "Gạo 2024-05-15 Done c,d", "Gạo 2024-06-15 Due "]
    );
}

#[test]
fn quotas_are_owed_and_units_off_the_roster_are_told_as_printed() {
    let mut quota = plan(Vec::new());
    quota.quotas =
        vec![Quota { value: 3.0, unit: "bài".into(), responsible: vec!["Phòng Lạ".into()], ..Quota::default() }];
    assert_eq!(told(&quota, &[]), ["Lạ  Undated "]);
}

#[test]
fn answers_count_towards_quotas_on_the_day_of_their_deadline() {
    let mut asked = plan(vec![due("gửi bài", "2024-05-02")]);
    asked.quotas = vec![
        Quota { value: 2.0, unit: "bài".into(), bound: "at_least".into(), ..Quota::default() },
        Quota { value: 1.0, unit: "trang".into(), bound: "at_most".into(), ..Quota::default() },
    ];
    asked.obligations =
        vec![Obligation { deadline: Some(0), quotas: vec![0] }, Obligation { deadline: None, quotas: vec![1] }];
    let sent = |id: &str, unit: &str, on: &str| answer(id, unit, on, "117/KH-UBND", "bài viết");
    let lines = told(&asked, &[sent("aa", "Trường Hoa Gạo", "2024-05-03"), sent("b", "Trường Hoa Ban", "2024-05-01")]);
    let gao = ["Gạo 2024-05-02 Late aa", "Gạo 2024-05-02 Late aa", "Gạo  Done aa"];
    let ban = ["Ban 2024-05-02 Done b", "Ban 2024-05-02 Short b", "Ban  Done b"];
    assert_eq!(lines, [gao, ban].concat());
    // what cannot be counted is for a person to look at
    assert_eq!(told(&asked, &[sent("?", "Trường Hoa Gạo", "2024-05-01")])[1], "Gạo 2024-05-02 Done ??");
    assert_eq!(told(&asked, &[])[..3], ["Gạo 2024-05-02 Missing ", "Gạo 2024-05-02 Missing ", "Gạo  Undated "]);
}
