"""A company's addresses about its people and its programme; a person's own stand in `person_organization_urls`."""

from django.urls import include, path

from accounts.views import guidelines, open_invitation, people, people_import, programme, teams

urlpatterns = [
    path("setup/", programme.setup, name="setup"),
    path("setup/purpose/", programme.setup_purpose, name="setup_purpose"),
    path("setup/told/", programme.setup_told, name="setup_told"),
    path("setup/step/<slug:step>/", programme.setup_step, name="setup_step"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.people_invite, name="people_invite"),
    path("people/link/", open_invitation.people_link, name="people_link"),
    path("people/import/", people_import.people_import, name="people_import"),
    path("people/import/<slug:public_id>/", people_import.people_import_one, name="people_import_one"),
    *[
        path(
            f"people/import/<slug:public_id>/{act}/",
            people_import.change_import,
            {"act": act},
            name=f"people_import_{act}",
        )
        for act in ("start", "cancel", "read_as")
    ],
    path("people/<slug:public_id>/", people.person, name="person"),
    *[
        path(f"people/<slug:public_id>/{act}/", people.change_person, {"act": act}, name=f"person_{act}")
        for act in ("role", "name", "deactivate", "reactivate", "address")
    ],
    path("teams/", teams.teams, name="teams"),
    path("teams/<slug:public_id>/", teams.team_one, name="team_one"),
    *[
        path(f"teams/<slug:public_id>/{act}/", teams.change_team, {"act": act}, name=f"team_{act}")
        for act in ("rename", "put", "take_out", "end")
    ],
    path("guidelines/", guidelines.guidelines, name="guidelines"),
    path("guidelines/blanks/", guidelines.guidelines_from_blanks, name="guidelines_from_blanks"),
    path("guidelines/drop/", guidelines.guidelines_drop, name="guidelines_drop"),
    path("settings/", programme.company_settings, name="company_settings"),
    path("audit/", programme.audit, name="audit"),
    path("", include("accounts.person_organization_urls")),
]
