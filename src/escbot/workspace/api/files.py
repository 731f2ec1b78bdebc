"""files: the three steps of an upload (address, bytes, sharing), and reading them back."""

from __future__ import annotations

from escbot.workspace.api.errors import ApiError, invalid_arguments
from escbot.workspace.api.group import Group, listed, page, parsed, required
from escbot.workspace.model import Channel, File, Message, Raw
from escbot.workspace.shapes import file_raw, with_ids

LARGEST = 1024**3  # bytes of one file
LONGEST_ALT = 1000


class Files(Group):
    """Files."""

    async def address(self, a: Raw) -> Raw:
        """files.getUploadURLExternal: the first step."""
        required(a, "filename", "length")
        try:
            size = int(a["length"])
        except ValueError:
            raise invalid_arguments("must be a number [json-pointer:/length]") from None
        if size <= 1:
            raise invalid_arguments("must be greater than 1 [json-pointer:/length]")
        if size > LARGEST:
            raise ApiError("file_upload_size_restricted")
        alt = str(a.get("alt_txt") or "")
        if len(alt) > LONGEST_ALT:
            raise ApiError("alt_txt_too_large")
        name = str(a["filename"])
        file = File(
            self._s.id("F"),
            name,
            size,
            self.bot,
            alt=alt,
            created=int(self._w.clock.now().timestamp()),
        )
        self._s.files[file.id] = file
        secret = self._s.upload_secret(file.id)
        return {"upload_url": f"{self._w.url}/upload/v1/{secret}", "file_id": file.id}

    async def complete(self, a: Raw) -> Raw:
        """files.completeUploadExternal: the third step; with channels, a message with the files."""
        wanted = parsed(a.get("files"))
        if not isinstance(wanted, list) or not wanted:
            raise invalid_arguments("missing required field: files")
        found = [self._uploaded(item) for item in wanted]
        names = listed(a.get("channels")) or listed(a.get("channel_id"))
        channels = [self._place(name) for name in names]
        for file, item in zip(found, wanted, strict=True):
            file.title = str(item.get("title") or file.name)
            file.complete = True
            file.channels += [channel.id for channel in channels]
        for channel in channels:
            self._share(channel, found, a)
        self._s.changed()
        return {"files": [file_raw(self._w, file) for file in found]}

    def _uploaded(self, item: Raw) -> File:
        file = self._s.files.get(str(item.get("id")))
        if file is None or file.content is None or file.complete:
            raise ApiError("file_not_found")
        return file

    def _place(self, name: str) -> Channel:
        channel = self.channel({"channel": name})
        if channel.archived:
            raise ApiError("is_archived")
        if self.bot not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def _share(self, channel: Channel, files: list[File], a: Raw) -> None:
        thread = a.get("thread_ts")
        if thread and self._s.find(channel.id, str(thread)) is None:
            raise ApiError("invalid_thread_ts")
        message = Message(
            channel.id,
            self._s.ts(),
            self.bot,
            str(a.get("initial_comment") or ""),
            blocks=with_ids(parsed(a.get("blocks")) or []),
            thread_ts=str(thread) if thread else None,
            is_bot=True,
            files=[file_raw(self._w, file) for file in files],
        )
        self._s.add(message)
        self._w.events.said(message)

    def _file(self, a: Raw) -> File:
        file = self._s.files.get(str(a.get("file") or ""))
        if file is None or not file.complete:
            raise ApiError("file_not_found")
        return file

    async def info(self, a: Raw) -> Raw:
        """files.info."""
        return {
            "file": file_raw(self._w, self._file(a)),
            "comments": [],
            "response_metadata": {"next_cursor": ""},
        }

    async def files(self, a: Raw) -> Raw:
        """files.list."""
        channel = str(a.get("channel") or "")
        found = [
            file_raw(self._w, file)
            for file in self._s.files.values()
            if file.complete and (not channel or channel in file.channels)
        ]
        shown, _ = page(found, a)
        paging = {"count": 100, "total": len(found), "page": 1, "pages": 1}
        return {"files": shown, "paging": paging}

    async def delete(self, a: Raw) -> Raw:
        """files.delete: only its own."""
        file = self._file(a)
        if file.user != self.bot:
            raise ApiError("cant_delete_file")
        del self._s.files[file.id]
        self._s.changed()
        return {}
