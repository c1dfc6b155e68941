"""How people type: one line a way, `expected | text`.

Expected: a word and what it is about (H Hoa's code, M Mẩy's, T a ticket), a digit, or `?`
for what must be asked back: `?code` a doubtful code, `?codes` two of them, `?WORD` the
nearest word is offered.
"""

from __future__ import annotations

WAYS = r"""
TD H | TD PA04DH0000017
TD H | td pa04dh0000017
TD H | Td Pa04dh0000017
TD H | TD PA04 DH 0000017
TD H | td pa04 dh 0000017
TD H | TD  PA04DH   0000017
TD H | td pa 04 dh 0000017
TD H | td pa04dh 000 0017
TD H | td pa04dh 0000 017
TD H | td p a 0 4 d h 0 0 0 0 0 1 7
TD H | TD PA04-DH-0000017
TD H | TD PA04.DH.0000017
TD H | TD PA.04.DH.0000017
TD H | TD PA04/DH/0000017
TD H | TD PA04_DH_0000017
TD H | TD,PA04DH0000017
TD H | TD.PA04DH0000017
TD H | TD:PA04DH0000017
TD H | TD: PA04DH0000017
TD H | TD-PA04DH0000017
TD H | TD/PA04DH0000017
TD H | TD=PA04DH0000017
TD H | TD(PA04DH0000017)
TD H | TD <PA04DH0000017>
TD H | TD "PA04DH0000017"
TD H | TD “PA04DH0000017”
TD H | [TD] [PA04DH0000017]
TD H | *TD*PA04DH0000017#
TD H | TD PA04DH0000017.
TD H | TD PA04DH0000017!
TD H | TD PA04DH0000017?
TD H | TD PA04DH0000017 😀
TD H | TD, PA04DH0000017,
TD H | TDPA04DH0000017
TD H | tdpa04dh0000017
TD H | TdPA04 DH 0000017
TD H | tdpa04dh 0000017
TD H | TD PAO4DHOOOOO17
TD H | TD PAO4DH0000017
TD H | td pao4dhooooo17
TD H | td pa04dh00000I7
TD H | td pa04dh00000l7
TD H | td pa04dh oooo0i7
TD H | tdpao4dhoooool7
TD H | TĐ PA04ĐH0000017
TD H | tđ pa04dh0000017
TD H | Tiền PA04DH0000017
TD H | TIEN PA04DH0000017
TD H | TIENPA04DH0000017
TD H | tien pa04dh0000017
TD H | bill PA04DH0000017
TD H | BILL: PA04DH0000017
TD H | tien dien PA04DH0000017
TD H | tiền điện PA04DH0000017
TD H | Tiền điện mã PA04DH0000017
TD H | tiendien PA04DH0000017
TD H | tiendienPA04DH0000017
TD H | tra cuu PA04DH0000017
TD H | tra cứu PA04DH0000017
TD H | tra cuu tien dien PA04DH0000017
TD H | kiem tra tien dien PA04DH0000017
TD H | Kiểm tra hóa đơn PA04DH0000017
TD H | ktra tien dien PA04DH0000017
TD H | kiem tra PA04DH0000017
CS H | kiem tra cong to PA04DH0000017
CD | kiem tra lich cat dien
CS H | bao nhieu kwh PA04DH0000017
QR H | số tài khoản PA04DH0000017
LS H | kiem tra da tra tien chua PA04DH0000017
HD | xin cấp điện mới
GAP | gọi tôi
GAP | toi can nguoi giup
TG | tôi không hiểu
TG | khong biet
TD H | tra cứu tiền điện PA04DH0000017
TD H | tracuu PA04DH0000017
TD H | PA04DH0000017
TD H | pa04dh0000017
TD H | PA04 DH 0000017
TD H | pa04.dh.0000017
TD H | PA04DH0000017 TD
TD H | PA04DH0000017 tien dien
TD H | ma PA04DH0000017
TD H | mã KH PA04DH0000017
TD H | ma kh: PA04DH0000017
TD H | MKH PA04DH0000017
TD H | Mã khách hàng PA04DH0000017
TD H | ma khach hang la PA04DH0000017
TD H | so PA04DH0000017
TD H | PA04DH0000017 a
TD H | PA04DH0000017a
TD H | PA04DH0000017 ạ
TD H | PA04DH0000017 nhe
TD H | cho toi hoi tien dien thang nay ma PA04DH0000017 a
TD H | cho tôi hỏi tiền điện tháng này mã PA04DH0000017 ạ
TD H | cho em hoi tien dien ma so PA04DH0000017
TD H | Cho bac hoi no bao nhieu tien dien PA04DH0000017
TD H | em oi xem giup bac tien dien nha bac ma PA04DH0000017 nhe
TD H | xem giup PA04DH0000017
TD H | xem tien PA04DH0000017
TD H | xin hoi tien dien PA04DH0000017
TD H | hoi tien PA04DH0000017
TD H | thang nay nha toi het bao nhieu tien PA04DH0000017
TD H | nha toi con no bao nhieu PA04DH0000017
TD H | hoa don PA04DH0000017
TD H | hóa đơn tháng 10 PA04DH0000017
TD H | xem hoa don thang 10/2026 PA04DH0000017
TD H | TD PA04DH0000017 10/2026
TD H | TD PA04DH0000017 thang 10
TD H | TD PA04DH0000017 T10
TD H | TD ma PA04DH0000017
TD H | TD cua PA04DH0000017
TD H | TD  ma khach hang : PA04DH0000017
TD H | Kinh gui dien luc, cho toi biet tien dien ky nay cua ma PA04DH0000017. Xin cam on
TD H | chao em, cho chi hoi tien dien ma PA04DH0000017
TD H | PA04DH00000171026
TD H | TD PA04DH00000171026
TD H | TD PA04DH0000017001
TD H | TF PA04DH0000017
TD H | TS PA04DH0000017
TD H | TDD PA04DH0000017
TD H | TTD PA04DH0000017
TD H | RD PA04DH0000017
TD H | UD PA04DH0000017
TD H | TE PA04DH0000017
TD H | DT PA04DH0000017
TD H | T D PA04DH0000017
TD H | t.d PA04DH0000017
TD H | t d pa04 dh 0000017
TD H | TIEM PA04DH0000017
TD H | TEIN PA04DH0000017
TD H | TIENN PA04DH0000017
TD H | TIE PA04DH0000017
TD H | BIL PA04DH0000017
TD H | BILLL PA04DH0000017
TD H | TFPA04DH0000017
TD H | da PA04DH0000017
TD H | cuoc dien PA04DH0000017
TD H | Cước điện của PA04DH0000017 là bao nhiêu
TD H | TD PA04DH0000017 xin cam on
TD H | td pa04dh0000017 cam on em
TD H | td  PA04DH0000017 (nha ba Hoa)
TD M | TD PA04VN0000033
TD M | td pa04vn 0000033
TD M | pa04vn0000033
TD M | tien dien pa04 vn 0000033
TD M | TDPA04VN0000033
TD M | td pao4vnooooo33
TD | TD
TD | td
TD | Tđ
TD | tien
TD | tien dien
TD | Tiền điện
TD | TIEN DIEN THANG NAY
TD | tra cuu tien dien
TD | cho toi hoi tien dien thang nay
TD | tháng này bao nhiêu tiền
TD | nha toi no bao nhieu
TD | bill
TD | TDD
TD | xem hoa don
QR H | QR PA04DH0000017
QR H | qr pa04dh0000017
QR H | Qr pa04 dh 0000017
QR H | QRPA04DH0000017
QR H | q r pa04dh0000017
QR H | Q.R PA04DH0000017
QR H | QR:PA04DH0000017
QR H | qr-pa04-dh-0000017
QR H | TT PA04DH0000017
QR H | tt pa04dh0000017
QR H | TTPA04DH0000017
QR H | PAY PA04DH0000017
QR H | pay PA04DH0000017
QR H | payPA04DH0000017
QR H | ma qr PA04DH0000017
QR H | mã QR PA04DH0000017
QR H | maqr PA04DH0000017
QR H | cho xin ma qr PA04DH0000017
QR H | cho em xin qr cua ma PA04DH0000017 voi a
QR H | xin QR PA04DH0000017
QR H | lay qr PA04DH0000017
QR H | thanh toan PA04DH0000017
QR H | thanh toán PA04DH0000017
QR H | thanhtoan PA04DH0000017
QR H | thanh toan tien dien PA04DH0000017
QR H | tra tien PA04DH0000017
QR H | Trả tiền điện mã PA04DH0000017 giúp em
QR H | toi muon tra tien dien PA04DH0000017
QR H | dong tien dien PA04DH0000017
QR H | đóng tiền điện PA04DH0000017
QR H | nop tien dien PA04DH0000017
QR H | chuyen khoan tien dien PA04DH0000017
QR H | PA04DH0000017 QR
QR H | PA04DH0000017 thanh toan
QR H | QRR PA04DH0000017
QR H | QE PA04DH0000017
QR H | RQ PA04DH0000017
QR H | WR PA04DH0000017
QR H | PAYY PA04DH0000017
QR H | PYA PA04DH0000017
QR H | QR PAO4DHOOOOOI7
QR | QR
QR | tra tien
QR | toi muon dong tien dien
QR | chuyen khoan the nao
QR | PAY
QR | TT
LS H | LS PA04DH0000017
LS H | ls pa04 dh 0000017
LS H | LSPA04DH0000017
LS H | L S PA04DH0000017
LS H | HISTORY PA04DH0000017
LS H | history pa04dh0000017
LS H | lich su PA04DH0000017
LS H | lịch sử trả tiền PA04DH0000017
LS H | lichsu PA04DH0000017
LS H | da tra tien PA04DH0000017
LS H | HISTORI PA04DH0000017
LS H | LSS PA04DH0000017
LS | LS
LS | lich su thanh toan
LS | toi da dong tien roi
CS H | CS PA04DH0000017
CS H | cs pa04dh 0000017
CS H | CSPA04DH0000017
CS H | chi so PA04DH0000017
CS H | chỉ số công tơ PA04DH0000017
CS H | chiso PA04DH0000017
CS H | INDEX PA04DH0000017
CS H | so dien PA04DH0000017
CS H | CSS PA04DH0000017
CS H | INDX PA04DH0000017
CS | CS
CS | chi so cong to nha toi
CD H | CD PA04DH0000017
CD H | cd pa04dh0000017
CD H | CDPA04DH0000017
CD H | CĐ PA04DH0000017
CD H | lich cat dien PA04DH0000017
CD H | lịch cắt điện PA04DH0000017
CD H | cat dien PA04DH0000017
CD H | OUTAGE PA04DH0000017
MAT H | mat dien PA04DH0000017
CD H | OUTAGEE PA04DH0000017
CD H | OUTGAE PA04DH0000017
CD | CD
CD | cat dien
CD | bao gio co dien
MAT | mat dien roi
CD | Lịch cắt điện tuần này
HD | HD
HD | hd
HD | H D
HD | h.d
HD | HĐ
HD | hđ
HD | CONTRACT
HD | contract
HD | hop dong
HD | hợp đồng
HD | hopdong
HD | dang ky hop dong
HD | Đăng ký hợp đồng điện
HD | toi muon ky hop dong
HD | dk hop dong
HD | lap cong to moi
HD | xin lap dien
HD | CONTRCT
HD | HDD
HD | HD Nguyen Van A
HD | HD Nguyễn Văn A
HD | hd nguyen van a
HD | HD: Nguyen Van A
HD | HD - Trieu Thi May
HD | hd ten toi la Ly Van Pao
HD | hop dong Nguyen Van A
HD | CONTRACT Nguyen Van A
HS T | HS HD-482915
HS T | HS HD482915
HS T | hs hd 482915
HS T | HS 482915
HS T | hs 482 915
HS T | HS HD 482 915
HS T | HSHD482915
HS T | HS482915
HS T | hshd-482915
HS T | H S HD-482915
HS T | HS: HD-482915
HS T | HS HD.482915
HS T | HS hd-4829i5
HS T | STATUS HD-482915
HS T | status 482915
HS T | ho so HD-482915
HS T | hồ sơ HD-482915
HS T | hoso HD482915
HS T | trang thai HD-482915
HS T | tinh trang ho so HD-482915
HS T | HD-482915
HS T | HD482915
HS T | hd 482915
HS T | 482915
HS T | HSS HD-482915
HS T | phieu HD-482915 den dau roi
HS | HS
HS | ho so
HS | trang thai ho so
DK H | DK PA04DH0000017
DK H | dk pa04dh0000017
DK H | DKPA04DH0000017
DK H | ĐK PA04DH0000017
DK H | D K PA04DH0000017
DK H | REG PA04DH0000017
DK H | dang ky PA04DH0000017
DK H | đăng ký PA04DH0000017
DK H | dang ki PA04DH0000017
DK H | dangky PA04DH0000017
DK H | dang ky so dien thoai PA04DH0000017
DK H | DKK PA04DH0000017
DK H | DJ PA04DH0000017
DK H | REGG PA04DH0000017
DK | DK
DK | dang ky
DK | REG
GAP | GAP
GAP | gap
GAP | Gặp
GAP | GAPP
GAP | GAO
GAP | G A P
GAP | GP
GAP | HAP
GAP | call
GAP | CALLL
GAP | CAL
GAP | gap can bo
GAP | gặp cán bộ
GAP | gapcanbo
GAP | toi muon gap can bo
GAP | cho toi gap nhan vien
GAP | goi lai cho toi
GAP | gọi lại cho tôi nhé
GAP | goilai
GAP | can bo goi cho toi voi
GAP | toi can giup
GAP | tong dai
GAP | huy hop dong
GAP | khieu nai
GAP | gap can bo PA04DH0000017x9
CODAU | CODAU
CODAU | codau
CODAU | CO DAU
CODAU | có dấu
CODAU | Có Dấu
CODAU | c o d a u
CODAU | CODAUU
CODAU | CODAI
KHONGDAU | KHONGDAU
KHONGDAU | KHONG DAU
KHONGDAU | không dấu
KHONGDAU | ko dau
KHONGDAU | KHONGDAUU
KHONGDAU | KHONGDU
KHONGDAU | khong co dau
HUY | HUY
HUY | huy
HUY | Hủy
HUY | Huỷ
HUY | HUYY
HUY | HYU
HUY | H U Y
HUY | STOP
HUY | stop
HUY | S T O P
HUY | STPO
HUY | UNSUB
HUY | UNSUBB
HUY | unsubscribe
HUY | huy nhan tin
HUY | HUY DK
HUY | hủy đăng ký
HUY | tu choi
HUY | TC
HUY | khong nhan tin nua
HUY | huy nhac no
HUY | dừng nhắn tin
HUY H | HUY PA04DH0000017
TG | TG
TG | tg
TG | T G
TG | HELP
TG | help
TG | HELPP
TG | HLEP
TG | HEP
TG | ?
TG | ??
TG | ...
TG |
TG | 😀
TG | tro giup
TG | trợ giúp
TG | huong dan
TG | hướng dẫn
TG | trogiup
TG | menu
TG | alo
TG | xin chao
TG | cu phap
TG | cach nhan tin
1 | 1
1 | 1.
1 | (1)
1 | #1
1 | so 1
1 | số 1
1 | chon 1
1 | bam phim 1
1 | 1 a
2 | 2
3 | 3 ạ
0 | 0
?code | TD PA04DH000017
?code | TD PA04DH00000017
?code | TD PA04DH00000171
?code | td pa04dh 000 0017 2
?code | TD PA04DH00000S7
?code | TD PA04DH00000B7
?code | TD PA04DH0000O
?code | PA04DH000017
?code | pa04dh
?code | TD 0912000017
?code | TD 04DH0000017
?code | TD DH0000017
?code | TD PA04DH00000 so 17
?code | QR PA04DH000001
?code | LS PA04DH00017 thang 10
?code | TD PA04DH000017 1001
?code | TD PA04DH000017 10 2026
?codes | TD PA04DH0000017 PA04DH0000025
?codes | PA04DH0000017, PA04VN0000033
?codes | xem tien PA04DH0000017 va PA04DH0000025
?HUY | Huy Nguyen
?TD | asdfgh
?TD | hom nay troi dep qua
""".strip("\n").splitlines()

CODES = {"H": "PA04DH0000017", "M": "PA04VN0000033"}
TICKET = "HD-482915"
