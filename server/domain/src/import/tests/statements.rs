//! Links, groups, memberships and support.

use super::*;
use crate::group::{GroupKind, GroupRecord, Membership};
use crate::school::{LinkKind, SchoolLink};
use crate::support::{SupportKind, SupportOutcome};

/// The register's links with one sound row.
pub(super) const LINKS: &str = "\"URN\",\"LinkURN\",\"LinkName\",\"LinkType\",\"LinkEstablishedDate\"\n\
     900001,900101,\"Oakfield Infant School\",\"Predecessor\",\"31-08-2016\"\n";

/// The register's groups with one sound row.
pub(super) const GROUPS: &str = "\"Group UID\",\"Group ID\",\"Group Name\",\"Companies House Number\",\"Group Type (code)\",\
     \"Group Type\",\"Closed Date\",\"Open date\",\"Incorporated on (open date)\",\
     \"Group Status (code)\",\"Group Status\",\"Group Street\",\"Group Locality\",\
     \"Group Address 3\",\"Group Town\",\"Group County\",\"Group Postcode\",\
     \"Head of Group Title\",\"Head of Group First Name\",\"Head of Group Last Name\",\"UKPRN\"\n\
     \"7001\",\"TR07001\",\"Marl Learning Trust\",\"01234567\",\"06\",\"Multi-academy trust\",\
     \"\",\"\",\"12/03/2015\",\"OPEN\",\"Open\",\"1 Lane\",\"\",\"\",\"Marlby\",\"Not recorded\",\
     \"MA1 1AA\",\"Ms\",\"Invented\",\"Headname\",\"10099999\"\n";

/// The register's group links with one sound row; sound ones are one field short, which is noted,
/// so this one is whole.
pub(super) const GROUP_LINKS: &str = "\"URN\",\"Linked UID\",\"Group Name\",\"Companies House Number\",\"Group Type\",\
     \"Group Type (code)\",\"Closed Date\",\"Open date\",\"Incorporated on (open date)\",\
     \"Group Status\",\"Group Status (code)\",\"FederationType\",\"Joined date\",\
     \"EstablishmentName\",\"TypeOfEstablishment (code)\",\"TypeOfEstablishment (name)\",\
     \"PhaseOfEducation (code)\",\"PhaseOfEducation (name)\",\"LA (code)\",\"LA (name)\",\
     \"HasSharedHT\"\n\
     900001,7001,\"Marl Learning Trust\",\"01234567\",\"Multi-academy trust\",\"06\",\"\",\"\",\
     \"12-03-2015\",\"Open\",\"OPEN\",\"\",\"01-09-2016\",\"Oakfield\",\"34\",\
     \"Academy converter\",\"2\",\"Primary\",\"990\",\"Marlshire\",\"\"\n";

/// A support history with one sound row.
pub(super) const SUPPORT: &str = "URN,School,Kind,From,To,Outcome\n\
     900001,Oakfield,significant,01/09/2022,31/08/2024,successful\n";

fn links(file: &str) -> Vec<SchoolLink> {
    let (batch, _) = read(Dataset::GiasLinks, file);
    let link = |statement: &&Statement| match statement {
        Statement::Link(link) => link.clone(),
        other => panic!("{other:?}"),
    };
    statements(&batch).iter().map(link).collect()
}

fn groups(file: &str) -> Vec<GroupRecord> {
    let (batch, _) = read(Dataset::GiasGroups, file);
    let group = |statement: &&Statement| match statement {
        Statement::Group(group) => group.clone(),
        other => panic!("{other:?}"),
    };
    statements(&batch).iter().map(group).collect()
}

fn memberships(file: &str) -> Vec<Membership> {
    let (batch, _) = read(Dataset::GiasGroupLinks, file);
    let membership = |statement: &&Statement| match statement {
        Statement::Membership(membership) => membership.clone(),
        other => panic!("{other:?}"),
    };
    statements(&batch).iter().map(membership).collect()
}

#[test]
fn a_link_is_read_whole() {
    let found = links(LINKS);
    assert_eq!(found[0].kind, LinkKind::Predecessor);
    assert_eq!(found[0].established, "2016-08-31".parse().ok());
    assert_eq!(
        found[0].link_name.as_deref(),
        Some("Oakfield Infant School")
    );
}

#[test]
fn links_of_all_years_are_read() {
    let file = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n\
                900001,900101,A,Parent,\n\
                900001,900102,B,Child,\n\
                900001,900103,C,Successor - Split School,\n\
                900001,900104,D,Merged - change in age range,01-09-2016\n\
                900001,900105,E,A type of next year,\n";
    let kinds: Vec<_> = links(file).iter().map(|link| link.kind).collect();
    assert_eq!(
        kinds,
        [
            LinkKind::Parent,
            LinkKind::Child,
            LinkKind::SuccessorSplit,
            LinkKind::Merged,
            LinkKind::Other
        ]
    );
    assert_eq!(issues(Dataset::GiasLinks, file), Vec::<String>::new());
}

#[test]
fn the_links_of_2026_have_more_columns() {
    let file = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,\
                TypeOfEstablishment (code),TypeOfEstablishment (name),LinkURN,LinkName,LinkType,\
                LinkEstablishedDate,Link LA (code)\n\
                900001,990,Marlshire,2001,Oakfield,01,Community school,900101,Elm,Predecessor,,990\n";
    assert_eq!(issues(Dataset::GiasLinks, file), Vec::<String>::new());
    assert_eq!(links(file)[0].link_urn.get(), 900_101);
}

#[test]
fn a_link_told_twice_counts_once() {
    let again = format!("{LINKS}900001,900101,Oakfield Infant School,Predecessor,31-08-2016\n");
    assert_eq!(
        issues(Dataset::GiasLinks, again),
        ["IDENTICAL_DUPLICATE 3 LinkURN [900101] The same as line 2; counted once."]
    );
    let other = format!("{LINKS}900001,900101,Oakfield Infants,Predecessor,\n");
    assert_eq!(
        issues(Dataset::GiasLinks, &other),
        ["LEFT_OUT 3 LinkURN [900101] Line 2 says this with other details: that line counts."]
    );
    assert_eq!(links(&other).len(), 1);
    // Told from the other end it is another row.
    assert_eq!(
        links(&format!("{LINKS}900101,900001,Oakfield,Successor,\n")).len(),
        2
    );
}

#[test]
fn childrens_centres_and_links_with_oneself_are_left_out() {
    let file = format!("{LINKS}900002,20123,Centre,Other,\n900003,900003,Ash,Other,\n");
    assert_eq!(
        issues(Dataset::GiasLinks, file),
        [
            "LEFT_OUT 3 - [-] 1 link of a children's centre was left out, the first on line 3. \
             Nothing to do.",
            "LEFT_OUT 4 - [-] 1 link of a school with itself was left out, the first on line 4. \
             Nothing to do."
        ]
    );
    assert_eq!(
        issues(
            Dataset::GiasLinks,
            format!("{LINKS}x,900101,,Other,31-02-2016\n")
        ),
        [
            "INVALID_URN 3 URN [x] A URN has six digits, such as 900001. Download the file again, \
             or correct the cell; if the file was edited, a column may have moved.",
            "INVALID_DATE 3 LinkEstablishedDate [31-02-2016] This is not a date. Write it as \
             DD/MM/YYYY, DD-MM-YYYY or YYYY-MM-DD."
        ]
    );
}

#[test]
fn a_group_is_read_without_its_head() {
    let (batch, _) = read(Dataset::GiasGroups, GROUPS);
    let told = format!("{batch:?}");
    assert!(!told.contains("Headname") && !told.contains("Invented"));
    let group = &groups(GROUPS)[0];
    assert_eq!(
        (group.uid, group.kind, group.is_closed),
        (7001, GroupKind::MultiAcademyTrust, false)
    );
    assert_eq!(group.companies_house.as_deref(), Some("01234567"));
    assert_eq!(group.opened, "2015-03-12".parse().ok());
}

#[test]
fn the_groups_of_2019_have_no_opening_dates() {
    let file = "Group UID,Group ID,Group Name,Companies House Number,Group Type (code),Group Type,\
                Closed Date,Group Status (code),Group Status,Group Contact Street,\
                Group Contact Locality,Group Contact Address 3,Group Contact Town,\
                Group Contact County,Group Contact Postcode,Head of Group Title,\
                Head of Group First Name,Head of Group Last Name\n\
                1014,,Marl Federation,,01,Federation,31/08/2018,CLOSED,Closed,,,,,,,,,\n";
    assert_eq!(issues(Dataset::GiasGroups, file), Vec::<String>::new());
    let group = &groups(file)[0];
    assert_eq!((group.kind, group.opened), (GroupKind::Federation, None));
    assert_eq!(
        (group.is_closed, group.closed),
        (true, "2018-08-31".parse().ok())
    );
}

#[test]
fn groups_that_contradict_each_other_are_refused() {
    let again = GROUPS.lines().nth(1).unwrap().replace("Marl", "Other");
    assert_eq!(
        issues(
            Dataset::GiasGroups,
            format!("{GROUPS}{again}\n\"x\",\"\",\"\"\n")
        ),
        [
            "CONTRADICTING_DUPLICATE 3 Group UID [7001] Line 2 says something else of the same. \
             Keep one of the two lines, or download the file again.",
            "INVALID_NUMBER 4 Group UID [x] A group's UID is a whole number. Download the file \
             again; if it was edited, a column may have moved.",
            "INVALID_VALUE 4 Group Name [] The cell is empty, and every group has a name. Download \
             the file again.",
            "RAGGED_ROW 4 - [-] 1 row has 3 of 21 fields; the missing ones count as not supplied. \
             This is usual in these files."
        ]
    );
}

#[test]
fn a_membership_is_read_from_short_rows() {
    let short = GROUP_LINKS.replace("\"Marlshire\",\"\"\n", "\"Marlshire\"\n");
    assert_eq!(
        issues(Dataset::GiasGroupLinks, &short),
        [
            "RAGGED_ROW 2 - [-] 1 row has 20 of 21 fields; the missing ones count as not supplied. \
             This is usual in these files."
        ]
    );
    let found = &memberships(&short)[0];
    assert_eq!(
        (found.uid, found.kind),
        (7001, GroupKind::MultiAcademyTrust)
    );
    assert_eq!(found.joined, "2016-09-01".parse().ok());
}

#[test]
fn the_memberships_of_2017_have_fewer_columns() {
    let file = "URN,Linked UID,Group Name,Companies House Number,Group Type,Closed Date,\
                Group Status,Joined date,EstablishmentName,TypeOfEstablishment (code),\
                TypeOfEstablishment (name),PhaseOfEducation (code),PhaseOfEducation (name),\
                LA (code),LA (name),Group ID,HasSharedHT\n\
                900001,7001,Marl Trust,,School sponsor,,Open,01-09-2016,Oakfield,34,\
                Academy converter,2,Primary,990,Marlshire,SP1\n";
    assert_eq!(issues(Dataset::GiasGroupLinks, file).len(), 1);
    assert_eq!(memberships(file)[0].kind, GroupKind::Sponsor);
}

#[test]
fn p7_support_is_read_with_its_outcome() {
    let file = format!("{SUPPORT}900001,,Targeted,2025-09-01,,\n");
    let (batch, _) = read(Dataset::SupportHistory, &file);
    let support: Vec<_> = statements(&batch)
        .into_iter()
        .map(|statement| match statement {
            Statement::Support(support) => (support.kind, support.until, support.outcome),
            other => panic!("{other:?}"),
        })
        .collect();
    let until = "2024-08-31".parse().ok();
    assert_eq!(
        support,
        [
            (SupportKind::Significant, until, SupportOutcome::Successful),
            (SupportKind::Targeted, None, SupportOutcome::Open)
        ]
    );
}

#[test]
fn every_rule_of_the_support_history_is_told_at_once() {
    let file = format!(
        "{SUPPORT}900002,,huge,,31/08/2024,great\n900003,,targeted,01/09/2024,31/08/2024,\n\
         900001,,significant,01/09/2022,,\n"
    );
    assert_eq!(
        issues(Dataset::SupportHistory, file),
        [
            "INVALID_VALUE 3 Kind [huge] The kind of support is significant, targeted or \
             commissioned.",
            "INVALID_DATE 3 From [] Support needs its first day. Fill it in.",
            "INVALID_VALUE 3 Outcome [great] The outcome is successful, some or little; leave the \
             cell empty if it is not said yet.",
            "INVALID_PERIOD 4 To [31/08/2024] The support ends on 2024-08-31, before it starts on \
             2024-09-01. Correct one of the two dates.",
            "CONTRADICTING_DUPLICATE 5 From [01/09/2022] Line 2 says something else of the same. \
             Keep one of the two lines, or download the file again."
        ]
    );
}

#[test]
fn the_template_of_the_support_history_can_be_filled_in() {
    let template = Dataset::SupportHistory.template().unwrap();
    let filled = format!("{template}900001,Oakfield,targeted,01/09/2024,,\n");
    let (batch, summary) = read(Dataset::SupportHistory, filled);
    assert_eq!((batch.rows.len(), batch.issues.len()), (1, 0));
    assert_eq!(summary.layout, "support-history-template");
}

#[test]
fn each_file_is_known_by_its_columns() {
    for (asked, file, told) in [
        (Dataset::GiasGroups, LINKS, "use dataset gias-links."),
        (
            Dataset::GiasLinks,
            GROUP_LINKS,
            "use dataset gias-group-links.",
        ),
        (Dataset::GiasGroupLinks, GROUPS, "use dataset gias-groups."),
        (Dataset::Ks2, ofsted::GRADED, "use dataset ofsted."),
        (Dataset::Districts, SUPPORT, "use dataset support-history."),
    ] {
        let found = issues(asked, file);
        assert!(found[0].contains(told), "{found:?}");
        assert_eq!(found.len(), 1);
    }
}
