from django.urls import path

from evaluations.views import appeals, brand, declarations, honours, letters, reviews, sheets, surveys, visits

app_name = "evaluations"
urlpatterns = [
    path("scoring/", sheets.sheets, name="sheets"),
    path("scoring/rounds/<int:pk>/declare/", declarations.declare, name="declare"),
    path("scoring/<int:pk>/", sheets.sheet, name="sheet"),
    path("scoring/<int:pk>/correct/", sheets.correct, name="correct"),
    path("scoring/<int:pk>/recuse/", sheets.recuse, name="recuse"),
    path("surveys/<int:pk>/", surveys.survey_page, name="survey"),
    path("surveys/<int:pk>/households.csv", surveys.frame, name="survey-frame"),
    path("surveys/<int:pk>/drawn.csv", surveys.drawn, name="survey-drawn"),
    path("surveys/<int:pk>/results/", surveys.results, name="survey-results"),
    path("surveys/<int:pk>/letters/", surveys.letter_desk, name="survey-letters"),
    path("visits/", visits.visits, name="visits"),
    path("visits/<int:pk>/", visits.visit, name="visit"),
    path("s/", letters.enter_code, name="survey-code"),
    path("s/<str:secret>/", letters.answer, name="survey-letter"),
    path("ratings/<int:pk>/", brand.rating, name="rating"),
    path("ratings/<int:pk>/appeal/", appeals.file, name="file-appeal"),
    path("appeals/<int:pk>/", appeals.appeal, name="appeal"),
    path("appeals/<int:pk>/withdraw/", appeals.withdraw, name="withdraw-appeal"),
    path("appeals/<int:pk>/files/<int:file>/", appeals.appeal_file, name="appeal-file"),
    path("reviews/", reviews.mine, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/files/<int:file>/", reviews.review_file, name="review-file"),
    path("brand/", brand.brand, name="brand"),
    path("honours/", honours.honours, name="honours"),
    path("honours/<int:pk>/", honours.honour, name="honour"),
]
