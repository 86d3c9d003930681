"""JupyterLab của sổ tính: `jupyter lab --config=lab/config.py`, chạy ở thư mục gốc của bộ mã (`make lab` làm việc này)."""

from pathlib import Path

c = get_config()  # type: ignore[name-defined]  # noqa: F821

# Mở ngay thư mục sổ tính; từ đó đi lên được tới data/raw và data/processed.
c.LabApp.default_url = "/lab/tree/notebooks"
# Thiết đặt ban đầu của giao diện: lab/overrides.json5. Người dùng vẫn đổi được ở Settings.
c.LabApp.app_settings_dir = str(Path(__file__).parent)
# Không gọi ra ngoài: không tải tin, không hỏi bản mới (phiên bản do requirements.lock định), không dò kho phần mở rộng.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
