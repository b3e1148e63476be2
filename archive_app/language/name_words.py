"""Words that stand beside a name without being one: titles, particles, words of descent. Tables only, as `words.sort_key` writes.

A name hidden from readers is hidden by its parts, and a word that is wrongly set apart stays in sight. So three lists: never a
name (ALWAYS_APART); a name where nothing else stands on its side of the comma (PARTICLES: Le, Van); a name where it stands first
on its side (ALSO_NAMES: Xanım, Hacı, Baba are given names too).
"""

from __future__ import annotations

# English, French, German, Spanish, Russian, Ukrainian, Armenian, Georgian, Azerbaijani, Turkish, Arabic, Persian.
ALWAYS_APART = frozenset(
    """
    mr mrs miss ms mister missus mx dr doctor prof professor rev reverend sir madam aunt auntie uncle granny grandma grandpa
    grandmother grandfather jr sr ii iii iv esq mme mlle monsieur madame herr frau senor senora don dona
    nee born geb fka aka alias unknown anonymous
    господин госпожа г-н г-жа гн гжа доктор профессор тетя тетка дядя бабушка дедушка пан панi
    տիկին պարոն օրիորդ դոկտոր տատիկ պապիկ ბატონი ქალბატონი ბებია ბაბუა
    xala bibi emi dayi nene teyze amca hala
    السيد السيدة الدكتور الدكتورة الحاج الحاجة اقاي خانم دكتر
    oglu ogly ogli oglou qizi kizi gizi kyzy gyzy uulu оглы оглу оғлу огли кызы гызы ғызы кизи
    """.split()
)
PARTICLES = frozenset(
    """
    de del della di da do dos das du des la le les lo van von vom zu zum zur der den ten ter te af av
    y e i and und et bin ibn bint bent ben bat al el ul ud abu umm
    де ди ла ван фон дер аль эль ибн тер տեր
    ال بن ابن بنت ابو ام
    """.split()
)
ALSO_NAMES = frozenset(
    """
    xanim hanim bey bek beg haci haji hadji mirza seyid seyyid molla mullah muellim baba ata ana dede nana abla abi agha aga
    captain colonel general major father mother brother sister lady lord saint st бей бек хаджи гаджи мирза
    """.split()
)
TOLD_WITH = frozenset(
    """
    the a an my our your his her their its of and or in on at to from with by who that which
    мой моя мое моё мои моего моей мою наш наша наше наши нашего нашей его ее её их и или из от с со у в на который которая
    իմ մեր նրա և ու
    mənim bizim onun və bir ilə benim ve ile
    """.split()
)
"""Words, written small, with which a family tells of somebody whom it does not name, or not alone: the priest, my brother Dovan. To look
for them would close every sentence."""
