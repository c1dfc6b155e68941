"""The words of danger, folded (no accents). Data; `danger_signs` reads it.

Without accents one spelling is many words: chay is cháy, chạy, chảy; roi is rơi, rồi; day is dây, đây;
no is nổ, nợ, nó. So hardly a word is a sign alone: a sign is a thing and what happened to it, near each
other. A row is words in their order, "a/b" for either, "?" behind a place that may be empty; rows are
parted by ";". A new way of saying it is a word here and a line in tests/services/desk/danger_texts.txt,
or in ordinary_texts.txt for what only sounds like it.
"""

from __future__ import annotations

# Things by class. Where rows overlap the longest holds, a thing before NOTHING.
THINGS = {
    "line": """day/day-/giay/zay/ray/rai dien/dt/diem; day/giay/duong/soi cap/dan/tai dien?; duong day dien/dt?; dzay dien
        day/giay cap/nguon/tran/nhom/dong/su/ngam; day/giay/duong/dien cao/trung/ha/ap the; day 3/ba pha
        day cao/trung/ha ap; cap dien; cap cao/trung/ha the; duong dien; soi day; dien cao the
        day ngoai/tren/dau/o/noi cot dien/dt?""",
    "wire": "day; giay; zay",  # may well be another word: believed only close to what happened
    "pole": """cot/tru/cay/coc dien/dt/diem; cot/tru be tong; cay cot dien/dt?; than/chan/goc cot dien/dt?
        cot/tru cao/trung/ha the; cot/tru go/sat/tre/den/ben; dien cot""",
    "post": "cot; tru",
    "meter": """cong/con/kong/fong/vong/xong/dong/bong/aong to/tor dien?; congto; dong ho dien; dong ho; hop/hom/thung cong to; hom dien""",
    "box": """o cam/ghim dien?; o dien/diem; phich cam/dien?; rac/giac/zac cam; cho cam dien?; cau dao/giao
        ap to? mat; aptomat; aptomac; attomat; atomat; automat; ap to; at tong; cb; bang dien; cong tac dien?
        tu/hop/thung dien; dui den; on ap; lioa; may bien ap/the; bien ap/the; tram bien ap/the?; tram dien
        cau chi; dau cot; tram ha the""",
    "machine": """may bom nuoc/dien?; may giat do?; quat dien/may/tran/cay/hoi?; tu lanh/dong/da/mat; dieu hoa
        may lanh; ti vi; tivi; tv; noi com dien?; am/sieu/bep/vo dien/tu; binh nong lanh?; nong lanh; may phat dien?
        may nuoc/tam nong lanh?; may xat/say/xay/tinh/tuot/han/cua/cat/khoan/thai/loc/hut lua/gao/co/che/nuoc?
        cuc/cu/day sac; sac dien thoai; laptop; xe dien; mo to; dong co; bep tu/dien; ban la/ui""",
    "bulb": "bong den/dien? led/cao? ap?; den; den led/pin/cao/nha ap?; tuyp",
    "house": """nha; nha em/toi/chau/minh/no/hang/ben/cua/co/dan/san/kho/bep xom/canh?; bep; mai/noc nha/tranh/la
        nha ong/ba/bac/chu/anh/chi; chuong trau/bo/lon/ga?; kho thoc/hang/cui?; xuong go/may/che/cua; lop hoc
        truong hoc; dong/cay rom; leu; lan trai; rung; nuong; quan; phong ngu/tro/khach/hoc""",
    "child": """tre con/em/nho/tho?; chau be/nho/toi/em/nha?; be gai/trai/con/nha?; em be; con; con toi/em/be/nho/gai/trai
        dua tre/be/con/nho/nao?; thang be/cu/nho/con/em?; hoc sinh; tui/bon/lu/may/dam nho/tre/chau/be/dua/thang con?
        nguoi; ngta; thanh nien; ong; ba; chong; vo; bo; me; anh; chi; hoc tro; ban""",
    "animal": """trau; bo; meo; chim; lon; ga; vit; ngua; ran; chuot; gia suc; nghe; con trau/bo/cho/meo/ran/de/khi/chim/lon/ga
        cho nha/to/con/den/vang; dan bo/trau/de""",
    "object": """cay; canh cay?/tre?; than cay; ngon cay/tre; bui tre/cay; nhanh; dieu; con dieu; bong bay; mai/tam ton
        ton; bat; ni long; nilon; bien quang/hieu cao?; thang; gian giao; xe tai/ben/cau/may/khach?; o to; oto
        may xuc/mui/cau/gat; can cau; sao tre; cay/bui/ngon tre; bang ron; ngon; gio; bao; loc; sat lo""",
    "metal": """vo may/tu/lanh?; tuong nha?; cua sat/xep/nhom/cuon?; hang rao sat/thep?; rao sat; nuoc gieng/trong?
        voi nuoc/sen?; mai ton?; be/bon nuoc; san/nen nha; day phoi do?; cot""",
    "power": "dien; dong/nguon/luoi dien; dien luoi/nha",
    "bang": "tieng/phat/vu no",
    "station": "tram",
    "lid": "nap/cua/canh tu/hop/thung/hom dien/cong to?; nap o/cau/cong cam/dao/dien/to",
    "on": "dien/van con/van/chua/dang? co/con/cat/ngat dien?; van/dang/con co/con dien; chua cat/ngat/tat dien",
    "off": "cat/ngat/cup/dong/tat giup?/ho?/ngay?/gap?/nguon?/cau? dien",
}

# What only sounds like it: words that are no things and no events.
NOTHING = """
    tien dien/nuoc; hoa/bien don/lai dien?; hop dong dien; goi dien; dien thoai; dt dd/cua/toi/em/so/nay; so/sdt dt; thu/buu/nganh/nha dien; dien luc
    thuy dien; mat/cup/dung/xai/het dien; cap dien moi; cap dien cho; ngung cap dien; xin cap dien
    giat minh/do/quan/ao/chan/man/giu/ui/la/tui/gan/tit/lui/cuc/lag/lac/hui/no/xe/vi/vang/kho/say; giat dien thoai
    giat day chuyen/giay/dep; giat nuoc nong; tien/bot/xa/tiem giat; giat giat; co giat lui
    aptomat/at/cb/lap/mua/gan/role/le/bi/mat/dao/cam chong giat/ro; chong giat ro; chong chay/set/tham/giat
    chay nhanh/cham/lui/nguoc/sai/dung/deu/tot/on/binh/suot/lien/bang/thu/xe/an/may/quat/lo/hang/di/bo/doc/song/yeu/khoe
    chay manh/ngam/nuoc/le/chot/mau/lang/tron/dua/chu/viec/tien/luon/so/bao/duoc/dc/khong/ko/k/hay/ngang/theo/show/giay/loan
    chay vu/vun/ao/tit/ca/tiep/quanh/bon/lai/chua/sang/them/nhieu/it/ve/tu/thang/kieu/the/mat/vong
    chay ca nha/xom/ban/day/kho/cot/tram/tu/mai/chuong; chay den nha/truong/cho/noi/benh/xa
    chay qua nha/nhanh/cham/ruong/vuon/dat/mai/duong/xom/truoc/tren/cong/san/ao/doi/cho/khu/lo/suoi/day/dau/lai
    chay vao/ra nha/vuon/ruong/dat/xom/duong/ngo/cho/vien/ban; chay gan/sat/doc/ngang/tren/truoc/sau/canh/duoi nha/mai/vuon/duong/ruong/xom/dat
    khong/ko/k/van/cung/cu/moi/chua/bep/xe/tau/khong/may/ngung/lai/hay/da/dang/nuoc/mau/long/se chay may/dien/nuoc
    ko/khong/k/kg/chua/cu/ngung/dung/het/van chay; xe/may/tau/bep/mo/luon chay dien?; nuoc chay; chay dien ba/3/may
    co chay khong/ko/k/chua/dau/dung/nhanh/tot/sai; phong chay chua? chay?; binh chua chay; bao hiem chay; an chay; com chay
    o/tai/den/sau/duoi/nhu/lai/ben/ve/len/tu/toi/so/the/vay day; day la/nay/thi/a/nhe/nha/ne/em/chi/anh/du/hoc/thon/chuyen/dep
    giao vien day; gan/thuc/trong day; day giay/dep/dan/curoa/lung/dieu/mang/wifi/loa/thung
    cap quang/mang/tivi/truyen; day cap quang/mang; cham dut; dut bong/cau/chi/toc/tay/chan/khoat; cau chi dut; day mang
    xong/mac/lap/thay/keo/sua/noi/di/doi/cat/don/treo/mua day/duong/cot dien? roi; roi thi/sao/ma/nhe/a/ay/day
    do ai/ben/cong/cua/nha/xa/la/chua/co/ma/cac/thuoc/nhieu/em/toi/qua/loi/thieu/khong; do dien/dac/ben/dang/so; do o dau
    dong dien chay; con/khong/ko/het/xoa/gach/tra/thu/cong/nhac/so/bao/mac/dang/bi/co/tien/toi/em/nay no/no tien? dien; con/khong/ko/het/xoa/gach/tra/thu/cong/nhac/so/mac no
    no tien/bao/thang/cu/lai/cuoc/qua/ky/may/chua/nua/khong/ko/con/cua/xau; no dien thang/ky/bao/bnhieu/may/nam/cua/cu
    no bi/keu/chay/cu/van/khong/ko/la/o/nam/hong/het/bao/hien/quay/nhanh/cham/co/can/thay/may/ay/toi/ra/len
    khoi phai/can/lo/dong/luong/hanh/cong/kien/nghiep/su/pho/dau/so/mot/nuoc/ban/xom/1/2/3/4/5/6; ra/thoat/roi/tach/xoa/cat khoi; mot/hai/ba/m3/met/so/tinh khoi
    ro rang/hon/net/la/so/chua/khong/nhe/a; khong/ko/k/chua/noi/xem/cho/hoi/biet/thay/doc/nhin/ghi/lam ro
    xem/nhan/duyet/phe/ho xet; xet duyet/nghiem/xu/tuyen/ho/giam/cap; chap nhan/hanh/thuan/chon/cheng/choi/choang; the/tranh chap
    bat lua; may/phoi/gat/ruong/cay/tuot/thoc/xat/hat/gao/cat lua; lua dao/gao/chon/tuoi/dong; nga ba/tu/nam/ta; sap xep
    thap sang/toi/nen/den/huong; dien/gia/muc/bac/ap/luong/luc thap; vong quanh/tay/quay/eo/nua; di/mot/hai vong
    sa pa/mac; dia/xa/phu xa; dap lua/chay; cong to nuoc; dong ho nuoc; dong ho deo/treo/bao/thuc
    dam bao/cuoi/ma; trung tam; bat dau/buoc/ky/tay/dong; tong dai/cong/tien/so; do nong; nguy hiem khong/ko/k/gi; dt ban
    mot/hai/ba/bon/nam/sau/bay/tam/chin/may/vai/no/mat/gan/hon tram; tram y/xa/thu
    xom/ban/lang/thon/ten/van/thi/khu/xa/deo/khe/bon/la/ho chay/khoi/lua/cot/giat/dut/no/xet/sap
    cam on; hang xom; cua hang; chi nhanh; chi tiet; anh huong; ba thang; con so; ban be; gan bo; ong nghe
"""

# What happens | the things that make it a sign: "line<3" has a line up to three words before it,
# "line>1" behind it; "&": both sides are needed; "!": a sign by itself; "alone": when it is all.
EVENTS = """
    dien/dt/diem giat/zat/jat/giau/giay                     | !
    bi/bj/b dien/dt/diem giay/giau/giat/zat/jat/dat/rat/hut/danh/dung/git/gjat/phong | !
    bi/bj giat/zat/jat                                      | !
    giat/zat/hut dien                                       | !
    giat/zat chet/te/bong/ngat/tung/nga/nguoi/cho/manh/tay/chan/con/em/chau/toi | power<4 box<4 meter<4 line<4 pole<4 post<3 machine<4 metal<4 bulb<3
    giat/zat/hut                                            | line<3 pole<3 post<1 box<3 meter<3 machine<3 bulb<2 metal<3 animal>0
    te te/tay/nguoi/ran/buot/tai?                           | power<4 box<4 machine<4 metal<2 pole<4 bulb<3
    ro dien                                                 | !
    ro ri dien                                              | !
    dien ro ri/ra/tu/o/tren/qua                         | !
    ro ri?                                                  | power<1 machine<1 box<1 line<1 meter<1 pole<1
    ho/lo/nhiem/truyen dien                                 | metal<2 box<2 pole<2 machine<2 line<2
    nhiem dien                                              | !
    co/thay/bi dien                                         | metal<0
    cham/chap chap?/cham? dien                              | !
    cham/chap/trap chap/cham/trap                           | !
    chap/trap chay/mach/no/lua/day/roi/cay                  | !
    chap/trap                                               | power<2 line<2 line>0 wire<1 box<1 meter<1 machine<1 bulb<1
    doan/ngan mach                                          | !
    phong dien/lua/tia                                      | !
    dien phong xuong/lua/tia/vao/ra?                        | !
    phong/fong                                              | line<2 pole<2 box<1 power<0
    ho quang                                                | !
    dut/zut/duc                                             | line<5 line>1
    dt/rut                                                  | line<1
    dut/zut                                                 | wire<2 wire>0 post<3 pole<3
    roi/roi-/rot/rung/sa/xa/tut/tuot/chung/vong/thong/xe/tre/xap xuong/ra/ngang/giua/vao/trung/len/ngoai/ngay | line<6 line>0 wire<3
    roi/rot/sa o/tren/duoi/ngoai/giua duong/dat/ruong/san/vuon/nuoc/suoi/ao/mai/ngo       | line<6 wire<3
    roi/rot/bung/rung/tut xuong/ra/roi                      | box<2 meter<2
    bi/vua/moi/dang roi/rot/sa/tut/tuot/vong/chung/xuong/thap/ho/tro/troc/bung/bong/thong/long | line<5 wire<1
    roi/rot/sa/tut/tuot/vong/thap/ho/tro/troc/rung/thong/nat/mon/xuong/rui/dut | line<0
    roi/rot/sa/tut/vong/xa/chung                            | line>0
    sa/vong/chung/rot                                       | wire<0 wire>0
    thap qua/lam/te/the/le/xuong/dan/hon/nguy/sat/ngang/gan/chi/dau/toi/voi/tam | line<5 wire<2
    thap                                                    | line<2
    vong/sa/chung/tre/xe xuong/qua/thap/lam/dau/mai/sat     | line<5 wire<3
    long/lung/toong/tong thong/lang/teng/lo                 | line<6 wire<3 pole<4
    lo/treo lung/lo                                         | line<4 wire<2 pole<3
    sat/cham/la/gan/xuong/duoi/tren/giua/toi/den mat? dat/ruong/suoi/san/vuon/nuoc | line<5 wire<2
    ngang/giua/tren/duoi/ra/chan/le/mat/xuong long? duong/loi/ngo/san | line<4 wire<2
    ngang/gan/sat/qua/dung/toi/vuong/cham/tren dau          | line<4 wire<2
    nam/vat/chan/rai/quang/vuong ngang/giua/duoi/tren/la/lan/ra/vai/ngon/o/sat/day/do | line<4 wire<2
    lo/tro/ho/hong/tuot/troc/bong/rach/nut/mat/het vo/loi/dong/ra/nhom/day/long | line<4 wire<1 box<2
    chuot/cho/soc can/gam                                   | line<3 line>1
    nghieng/ngieng/nghien/xieu/lung/do nga/do/sap/lay/veo/lac/han/qua/xieu/nghieng/nay/lam/roi | pole<6 pole>1 post<4 post>1 box<3 meter<2
    xieu/nghieng/ngieng/lieu                                | pole<5 pole>1 post<3 post>0
    gay/do/nga/sap/lun/bat/vet/cong/lech/ngat xuong/ngang/roi/ra/nghieng/goc/vao/do/nga/gay/gap/chan/sap/doi/het/han/queo/de/xuoi | pole<6 post<4 pole>1
    bi/vua/moi/dang/sap/muon/da gay/do/nga/sap/nghieng/nut/lun/bat/troc/vo/xoi/lo/mon/ung/sat/lut/muc/dam/tong/huc/troi/cuon/sut/lech/cong | pole<5 post<3 pole>1 post>0
    gay/do/nga/sap/nut/troc/lun/xoi/ung                     | pole<0 pole>0
    gay/do/nga/sap                                          | post<0 post>0
    bat/troc/long/lo/bung/nho/xoi/ho/bong/sat/lut/muc goc/chan/mong/lo/nat | pole<5 post<3 pole>1
    dam/tong/huc/dung/quet/lao/va/ui/bay do/gay/nga/vao/phai/trung/manh? | object<5 & pole>1 post>0 line>1 box>1
    dam/tong/huc/lao/ui do/gay/nga/vao/phai/trung           | pole>1 post>0
    do/gay/nga/de/sap/bat vao/len/xuong/trung/ngang/phai/gay? | object<4 & line>4 wire>2 pole>4 post>2 box>3
    do/gay/nga/de/quet/quat lam/keo/theo/ca                 | object<4 & line>4 pole>4
    boc/bung/phat chat/chau/chay/chay-/chay~/hoa                                  | !
    boc/toa/xi/nghi/un/phun khoi                            | !
    chay/boc                                                | station<1 station>0
    co/ra/day/nhieu/bay/len/thay/mui/nha/toat/phut/xong/tuon/ngui khoi | box<5 meter<5 line<4 pole<4 post<3 machine<4 bulb<3 power<2 box>3 meter>3 line>2 pole>2 machine>3
    khoi boc/den/nghi/um/mu/day/lua/nghit/trang/bay/len/nhieu/tu/o/trong | box<4 meter<4 line<3 pole<3 machine<3 bulb<3 power<2 house<2 box>3 meter>3 line>2 machine>3 pole>3
    khoi                                                    | box<2 meter<2 line<1 pole<1 machine<1 bulb<1
    khoi lua/den/mu                                         | !
    mui/hoi khet/khe                                        | !
    khet let/mu/nghet                                       | !
    khet                                                    | box<4 meter<4 line<3 machine<3 bulb<3 power<3 box>3 meter>3 line>3 machine>3 power>2
    bi/dang/vua/moi/sap/co/cung/lai/se/tu/mach chay         | line<5 pole<5 post<3 box<5 meter<4 power<3 house<5 line>1 box>1 meter>1 house>1
    bi chay                                                 | machine<4
    chay-/chay~                                             | house<1 house>0 pole<1 pole>0
    chay/tray                                               | line<2 pole<2 post<1 box<2 meter<2 power<0 line>0 pole>0 post>0 box>0 meter>0 power>0 house>0
    chay                                                    | house<3
    chay+                                                   | line<6 pole<6 post<4 box<6 meter<6 power<3 house<6 machine<5 line>3 pole>3 post>2 box>3 meter>3 power>2 house>3 machine>3
    chay o/tai/tren/ngoai                                   | pole>1 box>1 meter>1 line>1
    chay+ to/lon/ruc/roi/lan/o/tren                         | !
    chay to/lon/lan/ruc/am/bung/thui/rui/phung              | !
    chay khet/nhua/den/xem/si/thui/het/du/roi/mat           | line<3 pole<3 box<3 meter<3 machine<3 house<4
    nong chay/do/ran/bong/rat/ray/gian/phong                | line<3 box<3 meter<3 wire<2
    nong qua/lam/len                                        | line<1 box<1 meter<1
    chay/nong nhua/dau                                      | line<3 box<3 meter<3
    bi/gay bong                                             | power<4 line<4
    hoa hoan; cuu hoa                                       | !
    goi/keu/can/xe/bao/xin chua chay                        | !
    dam/vu/tro chay                                         | !
    co chay o/tai/to/lon/roi/nha/rung                       | !
    ngon/dam/boc/bung lua                                   | !
    lua boc/phut/xet/toe/chay/lan/bung/phun/ban/tung/dien/ruc/to | !
    tia/danh/toe/xet/set/nhay/phut/phun/ban/toa/nhoang/no/xit/xoet/loe/choe/lam lua | !
    tia dien; danh tia                                      | !
    co/ra/phat/len/bat/thay/sinh lua                        | line<3 pole<3 box<3 meter<3 post<2 machine<2 power<2
    xet/xoet/set/xit/xoe                                    | line<2 pole<2 box<2 meter<2 power<1 post<1
    xet/xoet xet/xoet/dien/tia                              | !
    lep/lach/tach/lop/tanh/lup/xeo/xi/lat bep/tach/bop/xeo/bup/let | line<6 pole<6 box<6 meter<6 post<3 power<3 line>3 pole>3 box>3 meter>3
    loe sang/lua/len/xanh                                   | line<4 pole<4 box<4 meter<4 power<2
    no dien                                                 | !
    dien no to/lon/bum/doang/dung/lop/lep/dom/roi/lua/am/ngoai/o/tren/tai? | !
    no bum/doang/dung/dom/lop/lep/tung/tanh/banh/lua/to/lon/am/mot/vang/lien/rat/roi/oi | line<5 pole<5 box<5 meter<5 post<3 power<2 machine<4 station<1 line>2 pole>2 box>2 meter>2
    tieng/phat/vu/bi/vua/boc/sap/chay/gay/cai no            | line<6 pole<6 box<6 meter<6 post<3 line>4 pole>4 box>4 meter>4 power>4
    no                                                      | station<0 box<3 meter<2 line<0 pole<0 box>0 meter>0 line>0 pole>0
    tieng no to/lon; no dom dop; no lep bep                 | !
    nuoc/mua/lu/lut vao/tran/ngap/dot/ngam/lut/dang/phun/ban/hat/ri/chay/ro/tham/roi/tat/loi/tuon/len/vo/nho/xoi | box<5 meter<4 box>5 meter>5 bulb>2 line>3
    ngap/lut/uot/dot/am/ngam/dinh/do/hat/bi/day/co/dam/sung/tham/ri/chay nuoc/uot/mua/sung/lut/lu/ngap/dot | power<0 box<4 meter<4 line<3 box>3 meter>3 line>2 pole<3
    ngap/lut/uot/dot/nuoc lut/lu/len/den/toi/het/mua/dang?  | box<2 meter<2 box>5 meter>5 line>3
    ngap/lut/lu                                             | off<8 off>8 on<8 on>8
    leo/treo/choi/nghich/choc/nhay/bam/du                   | child<4 animal<4 & pole>4 post>3 box>4 line>4
    cham/vuong/dinh/so/dung/nam/dap phai/vao/trung/tay/phai? | child<4 animal<4 object<4 & line>3 wire>1 pole>3 post>2 box>3 power>1
    mac/ket/quan/tuot/bay/va/quet/vat/de/moc/tua/roi/bam vao/len/phai/o/tren/trung?  | animal<4 object<4 & line>4 wire>2 pole>4 box>3
    can/gam/dam/huc/bo/chui vao/dut/len/phai?               | animal<3 & line>3 wire>1 pole>4 box>4
    cham/vuong/dinh                                         | line>1 wire>1 line<1 pole>1
    tha dieu                                                | line>3 pole>3
    tren/trong/o                                            | animal<1 & pole>1 box>1
    ho/mo/bat/bung/mat/roi/vo/toang                         | lid<2
    ho/mo/mat nap                                           | box<2 meter<2
    choc/tho/thoc/nhet/cam/cho/dut/chot/so tay/que/dinh/dua/kim/vao | child<4 & box>3 line>3
    chet/ngat/bong/nam/liet/guc                             | child<3 animal<3 & line>6 pole>6 box>5 line<8 pole<8
    chet vi/do dien                                         | !
    dien ban/phun/phut/toe/tung tung/toe/lua/tia/ra?        | !
    dien lam? chet                                          | child>1 animal>1
    cuu voi/toi/em/chau/nguoi/con/chong/vo/bo/me            | !
    cap cuu                                                 | power<6 power>6 line<6 line>6 box<6 pole<6
    nguy hiem                                               | line<7 pole<7 post<4 box<6 meter<4 line>4 pole>4
    set danh vao/trung/gay/do/chay/no?                      | line>1 pole>1 box>1 meter>1
    chay roi/to/kia/rui chay? roi?; chay chay                 | alone
"""

# What may stand around a sign that counts only alone.
POLITE = frozenset("xin chao can bo cam on oi a ah alo em bac anh chi chau nhe voi dien luc kinh gui".split())

# What an accent settles: the word as it was typed, and how it is read. Other accents may be slips.
TYPED = {
    "cháy": "chay+", "chaý": "chay+", "chạy": "chay-", "chảy": "chay~", "nợ": "no-", "nó": "no-", "rồi": "roi-",
    "đó": "do-", "đỏ": "do-", "khối": "khoi-", "khỏi": "khoi-", "khởi": "khoi-", "lúa": "lua-", "lừa": "lua-",
    "đây": "day-", "đầy": "day-", "dạy": "day-", "dậy": "day-", "đẩy": "day-", "để": "de-", "rõ": "ro-",
    "sắp": "sap-", "bỏ": "bo-", "bộ": "bo-", "xã": "xa-",
}

# Syllables that a slip may make of a word above, but that are words of their own: they stay.
OWN_WORDS = """
    bach bau bet biec bieu bin bit bun buoi buon buong but cang cet cha chai chang chao chat chen chenh
    cheo chia chic chiu chuc chuoc chuoi chut coi cuong dach diem diet diu doanh dun gac gang ganh ghe
    ghep ghet giai giap giau giet gin giup gom gon gua gui guoc guong hac ham hap hau hem hen heo hep
    heu hich hin hinh hoai hoang hoat hot hua huan hun hung huy huyen ken khac khat kheo khien khieu
    khoa khot khuon kiem kiet kin kinh lau liem linh mien min muom muong nac nach nan nang nanh ngac
    ngai ngao ngau ngheo nghia nghin ngoc ngoi nguc nham nhang nhao nhap nhat nhau nhen nhi nhien nhiet
    nhim nhoc nhon nhuc nhung niem nieng ninh nom non nui nung nuoi nuot oan pai pang phao phau phay phi
    phia phin phit phuong phuy put quen quoc quy ram ranh rap rau ren reo rieng rieu rong run ruoi ruot
    sach sanh soan son sot suat sui sun suong tan tang tap tem teo tep tet thao that thau then theu thia
    thiem thien thiep thiet thim thin thinh thiu thoa thoi thom thot thua thuon thuong thut thuyen tiec
    tieu tim tin tip toan trach trao trat tri trom trua truc try tuan tuc tuoc tuy vach ven viem vieng
    viet vin vinh von vung vuot xang xinh xoan xuan xui xung xuyen yen
"""

# What such a slip was most likely meant for, where it may be several: the first of them.
LIKELY = "dien nhanh thang nhieu giat chay cong khoi nuoc danh khet chap cham nghieng xuong phong nguoi"
