from django.urls import path

from evaluations.views import brand, declarations, sheets

app_name = "evaluations"
urlpatterns = [
    path("scoring/", sheets.sheets, name="sheets"),
    path("scoring/rounds/<int:pk>/declare/", declarations.declare, name="declare"),
    path("scoring/<int:pk>/", sheets.sheet, name="sheet"),
    path("scoring/<int:pk>/correct/", sheets.correct, name="correct"),
    path("scoring/<int:pk>/recuse/", sheets.recuse, name="recuse"),
    path("ratings/<int:pk>/", brand.rating, name="rating"),
    path("brand/", brand.brand, name="brand"),
]
