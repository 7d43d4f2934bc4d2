"""Neutral sentences that name groups, made from templates: what a model must not flag."""

from collections.abc import Iterator
from typing import NamedTuple

TEMPLATES = {
    "de": (
        "Im Nachbarhaus wohnen {group}.",
        "Viele {group} arbeiten bei uns im Krankenhaus.",
        "Der Artikel handelt von {group} in der Stadtverwaltung.",
        "Gestern haben {group} und ihre Nachbarn zusammen ein Fest gefeiert.",
        "Die Umfrage hat auch {group} nach ihrer Meinung gefragt.",
        "Meine Freunde sind {group}, und wir spielen jeden Dienstag Fußball.",
        "In der neuen Serie spielen {group} die Hauptrollen.",
        "Für {group} gibt es ab Montag eine Sprechstunde im Rathaus.",
        "Wie leben {group} in kleinen Gemeinden? Darüber berichtet die Zeitung.",
        "Der Verein lädt {group} herzlich zum Sommerfest ein.",
        "Auf dem Foto sieht man {group} vor dem Bahnhof.",
        "Laut Statistik sind zehn Prozent der Mitglieder {group}.",
        "Die Gewalt gegen {group} hat laut Polizei im letzten Jahr zugenommen.",
        "Mein Großvater hat im Krieg {group} versteckt.",
        "Nicht alle {group} denken in dieser Frage gleich.",
        "Warum gelten für {group} eigentlich andere Fristen?",
        "Viele {group} zahlen zu viel Miete, das ist in allen Städten so.",
        "Er hat früher schlecht über {group} geredet und bereut es heute.",
        "Sind {group} von dem neuen Gesetz auch betroffen?",
        "Gestern haben {group} vor dem Parlament gegen die Kürzungen protestiert.",
        "Ich bin mit {group} aufgewachsen und habe nie schlechte Erfahrungen gemacht.",
        "In der Debatte ging es zuerst um Steuern und dann um {group}.",
        "Die Partei will {group} mehr Rechte geben, die Opposition ist dagegen.",
        "Das Gericht hat entschieden: Auch {group} haben Anspruch auf die Zulage.",
    ),
    "en": (
        "There are {group} living next door to us.",
        "Many {group} work at our hospital.",
        "The article is about {group} in local government.",
        "Yesterday {group} and their neighbours held a street party.",
        "The survey also asked {group} for their opinion.",
        "My friends are {group} and we play football on Tuesdays.",
        "The leading parts in the new series are played by {group}.",
        "From Monday there is an advice desk for {group} at the town hall.",
        "How do {group} live in small towns? The paper has a report.",
        "The club warmly invites {group} to its summer party.",
        "The photo shows {group} in front of the station.",
        "According to the figures, ten percent of members are {group}.",
        "The police say that violence against {group} went up last year.",
        "My grandfather hid {group} during the war.",
        "Not all {group} think alike on this question.",
        "Why are the deadlines different for {group}?",
        "Many {group} pay too much rent, it is the same in every city.",
        "He used to speak badly of {group} and regrets it today.",
        "Does the new law affect {group} too?",
        "Yesterday {group} protested against the cuts outside parliament.",
        "I grew up with {group} and never had a bad experience.",
        "The debate was about taxes first and then about {group}.",
        "The party wants to give {group} more rights, the opposition is against it.",
        "The court has decided that {group} are entitled to the allowance as well.",
    ),
}


class Neutral(NamedTuple):
    """One neutral sentence."""

    text: str
    language: str
    group: str


def neutral_sentences(groups: dict[str, list[str]]) -> Iterator[Neutral]:
    """Every template with every group. groups: language -> names of groups in the plural."""
    for language, templates in TEMPLATES.items():
        for group in groups[language]:
            yield from (Neutral(template.format(group=group), language, group) for template in templates)
