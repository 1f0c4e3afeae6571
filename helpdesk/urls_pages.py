"""Addresses of the pages. An act is ``POST /tickets/<number>/<verb>/``."""

from django.urls import path

from helpdesk.views import (
    acts,
    conversation,
    customers,
    identities,
    mail,
    notifications,
    opening,
    queue,
    rearranging,
    sending,
    ticket,
)

app_name = "helpdesk"

urlpatterns = [
    path("", queue.start, name="start"),
    path("tickets/", queue.queue, name="queue"),
    path("tickets/views/", queue.views, name="views"),
    path("tickets/new/", opening.new_ticket, name="new_ticket"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/news/", acts.news, name="news"),
    path("tickets/<int:number>/reply/", conversation.reply, name="reply"),
    path("tickets/<int:number>/note/", conversation.note, name="note"),
    path("tickets/<int:number>/after-sending/", sending.after_sending, name="after_sending"),
    path("tickets/<int:number>/merge/", rearranging.merge, name="merge"),
    path("tickets/<int:number>/split/", rearranging.split, name="split"),
    path("tickets/<int:number>/details/", rearranging.details, name="details"),
    path("tickets/<int:number>/<slug:verb>/", acts.act, name="act"),
    path("messages/<int:pk>/", conversation.message, name="message"),
    path("messages/<int:pk>/original/", conversation.original, name="original"),
    path("messages/<int:pk>/send-again/", conversation.retry_delivery, name="retry_delivery"),
    path("messages/<int:pk>/take-back/", sending.take_back, name="take_back"),
    path("attachments/<int:pk>/", conversation.attachment, name="attachment"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read, name="read_notifications"),
    path("notifications/preferences/", notifications.preferences, name="notification_preferences"),
    path("customers/", customers.customers, name="customers"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/rename/", customers.rename, name="rename_customer"),
    path("customers/<int:pk>/link-identity/", identities.link, name="link_identity"),
    path("customers/<int:pk>/unlink-identity/", identities.unlink, name="unlink_identity"),
    path("mail/", mail.mail_log, name="mail_log"),
    path("mail/quarantine/", mail.quarantine, name="quarantine"),
    path("mail/received/<int:pk>/", mail.inbound, name="inbound"),
    path("mail/received/<int:pk>/original/", mail.raw, name="inbound_raw"),
    path("mail/received/<int:pk>/retry/", mail.retry_inbound, name="retry_inbound"),
    path("mail/received/<int:pk>/make-ticket/", mail.make_ticket, name="make_ticket"),
    path("mail/received/<int:pk>/dismiss/", mail.dismiss, name="dismiss_mail"),
    path("mail/outbox/", mail.outbox, name="outbox"),
    path("mail/outbox/<int:pk>/", mail.outgoing, name="outgoing"),
    path("mail/outbox/<int:pk>/send-again/", mail.resend, name="resend"),
]
