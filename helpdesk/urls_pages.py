"""Addresses of the pages. An act is ``POST /tickets/<number>/<verb>/``."""

from django.urls import path

from helpdesk.views import acts, conversation, customers, opening, queue, rearranging, ticket

app_name = "helpdesk"

urlpatterns = [
    path("", queue.start, name="start"),
    path("tickets/", queue.queue, name="queue"),
    path("tickets/views/", queue.views, name="views"),
    path("tickets/new/", opening.new_ticket, name="new_ticket"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/reply/", conversation.reply, name="reply"),
    path("tickets/<int:number>/note/", conversation.note, name="note"),
    path("tickets/<int:number>/merge/", rearranging.merge, name="merge"),
    path("tickets/<int:number>/split/", rearranging.split, name="split"),
    path("tickets/<int:number>/details/", rearranging.details, name="details"),
    path("tickets/<int:number>/<slug:verb>/", acts.act, name="act"),
    path("messages/<int:pk>/", conversation.message, name="message"),
    path("messages/<int:pk>/original/", conversation.original, name="original"),
    path("attachments/<int:pk>/", conversation.attachment, name="attachment"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/rename/", customers.rename, name="rename_customer"),
]
